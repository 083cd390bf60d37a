using LiveComments.Server.Auth.Issuers;

namespace LiveComments.Server.Auth.SignIn;

/// <summary>One provider. Its sub maps to user ids as with <see cref="ExternalIssuerOptions"/>.</summary>
internal sealed class SignInProviderOptions
{
    /// <summary>Its name in addresses: 1-32 of <c>a-z 0-9 -</c>. The provider must know the redirect URI <c>https://.../auth/external/ID/callback</c>.</summary>
    public string Id { get; set; } = "";

    /// <summary>Its name on the button, after "Continue with"; the Id when left out.</summary>
    public string? Name { get; set; }

    /// <summary>
    /// The provider's issuer, exactly as its <c>/.well-known/openid-configuration</c> says it. It is trusted with every account that has no
    /// password here: a <c>sub</c> that is a UUID is the user id itself.
    /// </summary>
    public string Authority { get; set; } = "";

    /// <summary>Who this server is for the provider.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The client's secret; none for a public client. Give it in the environment: other users of the machine see command lines.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>What is asked for. <c>openid</c> is needed; of <c>profile</c> the name is taken.</summary>
    public string Scopes { get; set; } = "openid profile";

    public string? Fault()
    {
        if (Id.Length is 0 or > 32 || Id.Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')))
            return "Id is 1-32 of a-z 0-9 -.";
        if (!IssuerClient.MayCall(Authority))
            return "Authority is an https URL (http only on this machine).";
        if (string.IsNullOrEmpty(ClientId))
            return "ClientId is needed.";
        if (!Scopes.Split(' ').Contains("openid"))
            return "Scopes has openid.";
        return null;
    }
}
