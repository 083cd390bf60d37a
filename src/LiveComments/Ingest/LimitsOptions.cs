using System.ComponentModel.DataAnnotations;

namespace LiveComments.Ingest;

/// <summary>Limits per person, connection and address: section <c>LiveComments:Limits</c>.</summary>
public sealed class LimitsOptions
{
    /// <summary>False switches every rate limit off, for load tests. Limits of size and form stay.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Comments a person may write per second in the long run: as fast as anybody types.</summary>
    [Range(0.01, 1_000)]
    public double CommentsPerSecond { get; set; } = 1;

    /// <summary>Comments a person may write at once after a pause.</summary>
    [Range(1, 1_000)]
    public int CommentBurst { get; set; } = 5;

    /// <summary>Reactions a person may give per second: as fast as anybody taps.</summary>
    [Range(0.01, 1_000)]
    public double ReactionsPerSecond { get; set; } = 10;

    /// <summary>Reactions a person may give at once after a pause.</summary>
    [Range(1, 1_000)]
    public int ReactionBurst { get; set; } = 20;

    /// <summary>
    /// How many people of one address, an IPv4 address or an IPv6 /64, may write comments as fast as each of them may; all of its people together write no faster. A network, an IPv4 /24 or an IPv6 /48, may do
    /// five times as much. A university or a mobile carrier has some hundred people behind one address, and few of them write at the same time.
    /// </summary>
    [Range(1, 1_000_000)]
    public int WritersPerAddress { get; set; } = 50;

    /// <summary>Messages a connection may send per second, of any kind: several times what a page of ours ever sends.</summary>
    [Range(0.1, 10_000)]
    public double MessagesPerSecond { get; set; } = 30;

    /// <summary>Messages a connection may send at once after a pause.</summary>
    [Range(1, 10_000)]
    public int MessageBurst { get; set; } = 60;

    /// <summary>Log-ins and refreshes of one address in a minute, at once or spread: an office behind one address.</summary>
    [Range(1, 1_000_000)]
    public int SignInsPerMinute { get; set; } = 60;

    /// <summary>Registrations, and forgotten passwords, of one address in an hour, at once or spread.</summary>
    [Range(1, 1_000_000)]
    public int RegistrationsPerHour { get; set; } = 20;

    /// <summary>Guests that one address may make in an hour, at once or spread: a class or an office that comes at the same moment.</summary>
    [Range(1, 1_000_000)]
    public int GuestsPerHour { get; set; } = 100;

    /// <summary>
    /// Streams that one address may have open: an IPv4 address, or an IPv6 /64. A university or a mobile carrier has some hundred people behind one. It may open four times as many
    /// connections, because browsers open extra ones for their calls. Behind a proxy that is not in `Proxy:Trusted`, everybody has the proxy's address.
    /// </summary>
    [Range(1, 1_000_000)]
    public int StreamsPerAddress { get; set; } = 1_000;

    /// <summary>Streams that one network may have open, an IPv4 /24 or an IPv6 /48, and four times as many connections: five addresses of a carrier that are as busy as may be.</summary>
    [Range(1, 10_000_000)]
    public int StreamsPerNetwork { get; set; } = 5_000;

    /// <summary>People whose recent activity is remembered. Full buckets are forgotten first, so only more active people than this reach the bound.</summary>
    internal int Remembered { get; set; } = 200_000;
}
