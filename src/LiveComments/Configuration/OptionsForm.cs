using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LiveComments.Configuration;

/// <summary>Options that validate themselves.</summary>
public static class OptionsForm
{
    /// <summary>Refuses to start with the fault, which names the option and what it should be.</summary>
    public static OptionsBuilder<T> ValidateForm<T>(this OptionsBuilder<T> options, Func<T, string?> fault) where T : class
    {
        options.Services.AddSingleton<IValidateOptions<T>>(new Form<T>(fault));
        return options.ValidateOnStart();
    }

    private sealed class Form<T>(Func<T, string?> fault) : IValidateOptions<T> where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options) => fault(options) is { } wrong ? ValidateOptionsResult.Fail(wrong) : ValidateOptionsResult.Success;
    }
}
