namespace LiveComments.Client;

/// <summary>Where the server is, and who calls it.</summary>
public sealed class LiveCommentsClientOptions
{
    /// <summary>The server's base address, with the path it is under if there is one: <c>https://live.example.org/</c>.</summary>
    public required Uri Server { get; init; }

    /// <summary>
    /// Gives the token of an issuer of your own for the next call or connection; null for nobody. It is asked each time, and once more when the server refuses what it gave: keep a token
    /// until it ends. Null, and <see cref="LiveCommentsClient.LogInAsync"/> says who it is.
    /// </summary>
    public Func<CancellationToken, ValueTask<string?>>? Token { get; init; }

    /// <summary>A log-in that was kept from an earlier run; null for none.</summary>
    public SignedIn? SignedIn { get; init; }

    /// <summary>
    /// Told of every change of <see cref="LiveCommentsClient.SignedIn"/>, null when the log-in is over: a refresh token is good once, so whoever keeps the log-in keeps each new one. It is
    /// called on the thread that renews and must not throw.
    /// </summary>
    public Action<SignedIn?>? SignedInChanged { get; init; }

    /// <summary>
    /// How long a call that the server did not answer, or answered 503, is made again before it fails. Zero makes it once.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Makes the connections, of WebSockets too: for proxies, certificates and HTTP versions of your own. It is not disposed of. Null for the usual one.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>The clock; the system's unless given.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
