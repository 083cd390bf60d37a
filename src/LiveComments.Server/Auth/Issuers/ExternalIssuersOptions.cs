using LiveComments.Server.Auth.Tokens;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Auth.Issuers;

/// <summary>Others whose tokens are accepted: the list <c>LiveComments:Issuers</c>.</summary>
internal sealed class ExternalIssuersOptions : IValidateOptions<ExternalIssuersOptions>
{
    public IList<ExternalIssuerOptions> Issuers { get; set; } = [];

    public ValidateOptionsResult Validate(string? name, ExternalIssuersOptions options)
    {
        var faults = options.Issuers.Select((issuer, i) => issuer.Fault() is { } fault ? $"LiveComments:Issuers:{i}: {fault}" : null).OfType<string>().ToList();
        var names = options.Issuers.Select(issuer => issuer.Name).Append(TokenIssuer.Name).ToList();
        if (names.Distinct(StringComparer.Ordinal).Count() < names.Count)
            faults.Add($"LiveComments:Issuers: every issuer has a name of its own, and none is called {TokenIssuer.Name}.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
