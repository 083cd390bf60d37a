using LiveComments.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.ClickHouse;

/// <summary>Registers ClickHouse beside this server.</summary>
public static class ClickHouseServices
{
    private const string Section = "LiveComments:ClickHouse";

    /// <summary>Has the statistics of events counted in ClickHouse and not in the store. Without an address in the settings it adds nothing.</summary>
    public static IServiceCollection AddClickHouse(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<ClickHouseOptions>(Section).ValidateDataAnnotations().ValidateForm(Fault);
        if (string.IsNullOrEmpty(configuration[$"{Section}:{nameof(ClickHouseOptions.Url)}"]))
            return services;
        services.AddSingleton<ClickHouseMetrics>();
        services.AddSingleton<ClickHouseDatabase>();
        services.AddSingleton<IExternalHealth>(provider => provider.GetRequiredService<ClickHouseDatabase>());
        services.AddSingleton<IAnalyticsStore, ClickHouseAnalyticsStore>();
        return services;
    }

    private static string? Fault(ClickHouseOptions options) =>
        options.Url.Length == 0 || Uri.TryCreate(options.Url, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0
            ? null
            // Its text may have a password.
            : "LiveComments:ClickHouse:Url is no address such as https://clickhouse:8443; the user and the password have options of their own.";
}
