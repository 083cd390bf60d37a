namespace LiveComments.Server.Challenges;

/// <summary>What is asked of writers who run into their limits again and again: section <c>LiveComments:Challenge</c>.</summary>
internal sealed class ChallengeOptions
{
    public const string Turnstile = "turnstile", HCaptcha = "hcaptcha";

    /// <summary>
    /// Who tells people from programs: <c>turnstile</c> or <c>hcaptcha</c>. By default nobody else: the page computes a proof of work, which people do not notice and which makes each comment of a flood cost time. While a
    /// provider does not answer, the proof of work is asked instead.
    /// </summary>
    public string Provider { get; set; } = "";

    /// <summary>The provider's public key of this site.</summary>
    public string SiteKey { get; set; } = "";

    /// <summary>The provider's secret of this site. Give it in the environment: other users of the machine see command lines.</summary>
    public string Secret { get; set; } = "";

    /// <summary>The host name of the pages on which puzzles are solved, as the provider reports it; any by default, because the provider has a list of its own.</summary>
    public string Hostname { get; set; } = "";

    /// <summary>Where answers are verified, where it is not the provider's own address: a proxy of yours that speaks the same protocol.</summary>
    public string VerifyUrl { get; set; } = "";

    /// <summary>
    /// Bits of a proof of work. Each bit more doubles the time: 18 are a quarter of a million hashes, half a second for a browser and some for a phone.
    /// </summary>
    public int Difficulty { get; set; } = 18;

    /// <summary>Where answers are verified; null without a provider.</summary>
    public Uri? Verifier => Provider.Length == 0 ? null : new Uri(VerifyUrl.Length > 0 ? VerifyUrl : Provider == Turnstile ? "https://challenges.cloudflare.com/turnstile/v0/siteverify" : "https://api.hcaptcha.com/siteverify");

    /// <summary>From where a page loads a puzzle, for its policy; null without a provider.</summary>
    public string? Sources => Provider switch
    {
        Turnstile => "https://challenges.cloudflare.com",
        HCaptcha => "https://hcaptcha.com https://*.hcaptcha.com",
        _ => null,
    };

    /// <summary>Null when every value is of its form, else what is wrong.</summary>
    public string? Fault() =>
        Provider is not ("" or Turnstile or HCaptcha) ? $"LiveComments:Challenge:Provider: '{Provider}' is neither {Turnstile} nor {HCaptcha}."
        : Provider.Length > 0 && (SiteKey.Length == 0 || Secret.Length == 0) ? "LiveComments:Challenge: a provider needs SiteKey and Secret."
        : VerifyUrl.Length > 0 && !(Uri.TryCreate(VerifyUrl, UriKind.Absolute, out var uri) && (uri.Scheme == "https" || uri.Scheme == "http" && uri.IsLoopback)) ? "LiveComments:Challenge:VerifyUrl is an https URL (http only on this machine)."
        : Difficulty is < 1 or > 30 ? "LiveComments:Challenge:Difficulty is from 1 to 30: more would keep a phone busy for an hour."
        : null;
}
