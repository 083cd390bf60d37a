namespace LiveComments.Server.Http;

/// <summary>Under which names the server may be asked for: section <c>LiveComments:Hosts</c>.</summary>
internal sealed class HostNameOptions
{
    /// <summary>
    /// The server's public names (<c>live.example.org</c>, or <c>*.example.org</c> for all below it), beside <c>localhost</c> and names below it, IP addresses and the names in <c>--urls</c>. A request for
    /// any other is refused: a hostile page could have its own name lead to this server and read what only this machine or a private network may. <c>*</c> takes every name.
    /// </summary>
    public IList<string> Allowed { get; } = [];

    /// <summary>Null when every value is of its form, else what is wrong.</summary>
    public string? Fault() =>
        Allowed.FirstOrDefault(name => name != "*" && Uri.CheckHostName(name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name) == UriHostNameType.Unknown) is { } wrong
            ? $"LiveComments:Hosts:Allowed: '{wrong}' is not a host name; write it as live.example.org, without scheme and port." : null;
}
