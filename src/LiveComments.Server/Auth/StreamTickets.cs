using System.Buffers.Text;
using System.Security.Cryptography;
using LiveComments.Accounts;

namespace LiveComments.Server.Auth;

/// <summary>
/// Stand for a caller in the URL of a stream, where headers cannot be sent: used once, within a minute, on this node. What a log
/// or a history keeps of the URL is worth nothing.
/// </summary>
internal sealed class StreamTickets(TimeProvider time)
{
    /// <summary>Tickets out at once. At about 300 bytes each, 30 MB; 1,700 page loads a second fill it.</summary>
    private const int Capacity = 100_000;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Caller Caller, DateTimeOffset ExpiresAt)> _tickets = new(StringComparer.Ordinal);

    // All live equally long, so the order of issue is the order of expiry.
    private readonly Queue<(string Ticket, DateTimeOffset ExpiresAt)> _order = new();

    /// <summary>Null when too many are out.</summary>
    public (string Ticket, DateTimeOffset ExpiresAt)? Issue(Caller caller)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            while (_order.TryPeek(out var oldest) && oldest.ExpiresAt <= now)
                _tickets.Remove(_order.Dequeue().Ticket);
            if (_order.Count >= Capacity)
                return null;
            var ticket = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));
            _tickets.Add(ticket, (caller, now + Lifetime));
            _order.Enqueue((ticket, now + Lifetime));
            return (ticket, now + Lifetime);
        }
    }

    /// <summary>The caller it stands for; null when it is unknown, used or expired.</summary>
    public Caller? Redeem(string ticket)
    {
        lock (_gate)
            return _tickets.Remove(ticket, out var found) && found.ExpiresAt > time.GetUtcNow() ? found.Caller : null;
    }
}
