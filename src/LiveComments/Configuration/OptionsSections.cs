using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LiveComments.Configuration;

/// <summary>Registers options.</summary>
public static class OptionsSections
{
    /// <summary>Binds options to a section of the configuration, and registers its keys as known.</summary>
    public static OptionsBuilder<T> AddSection<T>(this IServiceCollection services, string path) where T : class =>
        services.AddSingleton(new OptionsSection(path, typeof(T))).AddOptions<T>().BindConfiguration(path);
}
