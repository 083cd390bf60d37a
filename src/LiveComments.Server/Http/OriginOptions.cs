namespace LiveComments.Server.Http;

/// <summary>Which web pages may use the server from a browser: section <c>LiveComments:Origins</c>.</summary>
internal sealed class OriginOptions
{
    /// <summary>
    /// Origins (<c>https://www.example.org</c>) beside the server's own. Their pages may write, open WebSockets and, by CORS,
    /// read answers. None by default: a page of another site must not act for a visitor who is logged in here.
    /// </summary>
    public IList<string> Allowed { get; } = [];

    /// <summary>Null when every value is of its form, else what is wrong.</summary>
    public string? Fault() =>
        Allowed.FirstOrDefault(origin => !WebOrigin.TryParse(origin, out _)) is { } wrong
            ? $"LiveComments:Origins:Allowed: '{wrong}' is not an origin; write it as https://www.example.org." : null;
}
