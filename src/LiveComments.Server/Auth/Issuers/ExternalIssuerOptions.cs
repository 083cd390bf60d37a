namespace LiveComments.Server.Auth.Issuers;

/// <summary>
/// One issuer. Its users are who its tokens' <c>sub</c> says: a UUID is the user id itself, so an issuer is trusted with every
/// id; any other subject becomes a UUID made of issuer and subject, always the same one.
/// </summary>
internal sealed class ExternalIssuerOptions
{
    /// <summary>The <c>iss</c> of its tokens; the authority when left out.</summary>
    public string? Issuer { get; set; }

    /// <summary>The <c>aud</c> that its tokens have for us. Needed: a token for another program is not for this one.</summary>
    public string? Audience { get; set; }

    /// <summary>Where <c>/.well-known/openid-configuration</c> is; its keys are read again every hour and when a new one turns up.</summary>
    public string? Authority { get; set; }

    /// <summary>Instead of an authority: a file with a JSON Web Key Set, read again when a new key turns up.</summary>
    public string? KeysFile { get; set; }

    /// <summary>The claim that is <c>administrator</c>, <c>moderator</c> or <c>viewer</c>; left out, everybody is a viewer.</summary>
    public string? RoleClaim { get; set; }

    public string Name => Issuer ?? Authority ?? "";

    public string? Fault()
    {
        if (string.IsNullOrEmpty(Audience))
            return "Audience is needed.";
        if (string.IsNullOrEmpty(Authority) == string.IsNullOrEmpty(KeysFile))
            return "either Authority or KeysFile is needed.";
        if (string.IsNullOrEmpty(Name))
            return "Issuer is needed where there is no Authority.";
        if (Authority is { Length: > 0 } && !IssuerClient.MayCall(Authority))
            return "Authority is an https URL (http only on this machine).";
        return null;
    }
}
