using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LiveComments.Accounts;

namespace LiveComments.Server.Auth.Tokens;

/// <summary>
/// Tickets that identify a caller in a stream's URL, where headers cannot be sent. Each is valid once, within a minute, on this node, so a URL in a log or a history is worthless.
/// </summary>
internal sealed class StreamTickets(SessionChecks sessions, TimeProvider time)
{
    /// <summary>Tickets out at once. At about 300 bytes each, 30 MB; 1,700 page loads a second fill it.</summary>
    private const int Capacity = 100_000;

    /// <summary>Tickets per user and minute. A page needs one for each connection, and one user must not use up everybody's.</summary>
    private const int EachUser = 60;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Caller Caller, DateTimeOffset ExpiresAt)> _tickets = new(StringComparer.Ordinal);

    // All have the same lifetime, so the order of issue is the order of expiry. Used ones stay in it.
    private readonly Queue<(string Ticket, UserId User, DateTimeOffset ExpiresAt)> _order = new();
    private readonly Dictionary<UserId, int> _users = [];

    /// <returns>The ticket, or why there is none: <see cref="Error.RateLimited"/> for a user who had many, <see cref="Error.Busy"/> when too many are out.</returns>
    public (string Ticket, DateTimeOffset ExpiresAt, Error? Refusal) Issue(Caller caller)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            while (_order.TryPeek(out var oldest) && oldest.ExpiresAt <= now)
            {
                _order.Dequeue();
                _tickets.Remove(oldest.Ticket);
                if (--CollectionsMarshal.GetValueRefOrNullRef(_users, oldest.User) == 0)
                    _users.Remove(oldest.User);
            }
            var had = _users.GetValueOrDefault(caller.UserId);
            if (had >= EachUser)
                return ("", default, Error.RateLimited);
            if (_order.Count >= Capacity)
                return ("", default, Error.Busy);
            _users[caller.UserId] = had + 1;
            var ticket = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));
            _tickets.Add(ticket, (caller, now + Lifetime));
            _order.Enqueue((ticket, caller.UserId, now + Lifetime));
            return (ticket, now + Lifetime, null);
        }
    }

    /// <summary>The caller of a ticket, which cannot be used again; null when it is unknown, used or expired, or when the log-in has ended or its account is suspended.</summary>
    public Caller? Redeem(string ticket)
    {
        lock (_gate)
            return _tickets.Remove(ticket, out var found) ? Valid(found) : null;
    }

    /// <summary>Like <see cref="Redeem"/>, but the ticket stays valid.</summary>
    public Caller? Find(string ticket)
    {
        lock (_gate)
            return _tickets.TryGetValue(ticket, out var found) ? Valid(found) : null;
    }

    private Caller? Valid((Caller Caller, DateTimeOffset ExpiresAt) found) =>
        found.ExpiresAt > time.GetUtcNow() ? sessions.Now(found.Caller).Caller : null;
}
