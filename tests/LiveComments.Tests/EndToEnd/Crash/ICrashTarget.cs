namespace LiveComments.Tests.EndToEnd.Crash;

/// <summary>What clients call while it is killed again and again: a server, or a cluster of them.</summary>
internal interface ICrashTarget
{
    /// <summary>Where to connect next.</summary>
    Uri Url { get; }

    /// <summary>Returns when it is ready.</summary>
    Task StartAsync();

    HttpClient Client(string token);

    /// <summary>Tokens of as many users, by the product's own command.</summary>
    Task<string[]> TokensAsync(string role, int count);
}
