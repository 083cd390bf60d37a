using Microsoft.Extensions.Options;

namespace LiveComments.Server.Auth.SignIn;

/// <summary>OpenID Connect providers that people may sign in with on the pages: the list <c>LiveComments:SignIn</c>.</summary>
internal sealed class SignInOptions : IValidateOptions<SignInOptions>
{
    public IList<SignInProviderOptions> SignIn { get; set; } = [];

    public ValidateOptionsResult Validate(string? name, SignInOptions options)
    {
        var faults = options.SignIn.Select((provider, i) => provider.Fault() is { } fault ? $"LiveComments:SignIn:{i}: {fault}" : null).OfType<string>().ToList();
        if (options.SignIn.DistinctBy(provider => provider.Id, StringComparer.Ordinal).Count() < options.SignIn.Count)
            faults.Add("LiveComments:SignIn: every provider has an Id of its own.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
