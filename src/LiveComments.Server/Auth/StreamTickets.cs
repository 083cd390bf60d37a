using System.Collections.Concurrent;
using System.Security.Cryptography;
using LiveComments.Accounts;

namespace LiveComments.Server.Auth;

/// <summary>
/// Tickets that stand for a token in a stream's URL: good once and for one minute, so that what ends up in a log is worth nothing. In memory: a
/// ticket is for this node.
/// </summary>
internal sealed class StreamTickets(TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    /// <summary>Tickets that wait to be used. Beyond it the expired go, then the oldest request waits for a minute.</summary>
    private const int Capacity = 100_000;

    private readonly ConcurrentDictionary<string, (Caller Caller, DateTimeOffset ExpiresAt)> _tickets = new();

    /// <summary>Null when too many wait to be used.</summary>
    public (string Ticket, DateTimeOffset ExpiresAt)? Issue(Caller caller)
    {
        var now = time.GetUtcNow();
        if (_tickets.Count >= Capacity)
            foreach (var (expired, entry) in _tickets)
                if (entry.ExpiresAt <= now)
                    _tickets.TryRemove(expired, out _);
        if (_tickets.Count >= Capacity)
            return null;
        var ticket = Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)).Replace('+', '-').Replace('/', '_');
        _tickets[ticket] = (caller, now + Lifetime);
        return (ticket, now + Lifetime);
    }

    /// <summary>Whom a ticket speaks for; null when it is unknown, used or expired.</summary>
    public Caller? Redeem(string ticket) => _tickets.TryRemove(ticket, out var entry) && entry.ExpiresAt > time.GetUtcNow() ? entry.Caller : null;
}
