using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LiveComments.Configuration;

/// <summary>Registers options.</summary>
public static class OptionsSections
{
    /// <summary>Reads options from a section of the configuration, whose keys are known from then on.</summary>
    public static OptionsBuilder<T> AddSection<T>(this IServiceCollection services, string path) where T : class =>
        services.AddSingleton(new OptionsSection(path, typeof(T))).AddOptions<T>().BindConfiguration(path);
}
