using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Server.Auth.Bodies;
using Microsoft.AspNetCore.DataProtection;

namespace LiveComments.Server.Auth.Tokens;

/// <summary>
/// Tickets that identify a caller in a stream's URL, where headers cannot be sent. Each says within itself whose it is, encrypted with the keys that all servers share, so every server takes it:
/// once, within a minute. A URL in a log or a history is worthless.
/// </summary>
internal sealed class StreamTickets(IDataProtectionProvider protection, SessionChecks sessions, TimeProvider time)
{
    /// <summary>Tickets that are given out, and that are taken, in a minute. At about 100 bytes each, 20 MB; 1,700 page loads a second fill it.</summary>
    private const int Capacity = 100_000;

    /// <summary>Tickets per user and minute. A page needs one for each connection, and one user must not use up everybody's.</summary>
    private const int EachUser = 60;

    /// <summary>Longer ones are not ours: what they hold comes from a token, and is shorter.</summary>
    private const int MaxLength = 4 * 1024;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly IDataProtector _protector = protection.CreateProtector("LiveComments.StreamTicket.v1");
    private readonly Lock _gate = new();

    // All have the same lifetime, so the order of issue is the order of expiry.
    private readonly Queue<(UserId User, DateTimeOffset ExpiresAt)> _issued = new();
    private readonly Dictionary<UserId, int> _users = [];

    private readonly HashSet<Guid> _used = [];
    private readonly Queue<(Guid Id, DateTimeOffset Forget)> _forget = new();

    /// <returns>The ticket, or why there is none: <see cref="Errors.Error.RateLimited"/> for a user who had many, <see cref="Errors.Error.Busy"/> when too many are out.</returns>
    public (string Ticket, DateTimeOffset ExpiresAt, Error? Refusal) Issue(Caller caller)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            while (_issued.TryPeek(out var oldest) && oldest.ExpiresAt <= now)
            {
                _issued.Dequeue();
                if (--CollectionsMarshal.GetValueRefOrNullRef(_users, oldest.User) == 0)
                    _users.Remove(oldest.User);
            }
            var had = _users.GetValueOrDefault(caller.UserId);
            if (had >= EachUser)
                return ("", default, Error.RateLimited);
            if (_issued.Count >= Capacity)
                return ("", default, Error.Busy);
            _users[caller.UserId] = had + 1;
            _issued.Enqueue((caller.UserId, now + Lifetime));
        }
        var ticket = new StreamTicket(Guid.NewGuid(), now + Lifetime, caller);
        return (Base64Url.EncodeToString(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(ticket, AuthJson.Default.StreamTicket))), ticket.ExpiresAt, null);
    }

    /// <summary>The caller of a ticket, which cannot be used again here; null when it is unknown, used or expired, or when the log-in has ended or its account is suspended.</summary>
    public Caller? Redeem(string ticket)
    {
        if (Open(ticket) is not { } opened)
            return null;
        var now = time.GetUtcNow();
        lock (_gate)
        {
            while (_forget.TryPeek(out var oldest) && oldest.Forget <= now)
                _used.Remove(_forget.Dequeue().Id);
            if (_used.Count >= Capacity || !_used.Add(opened.Id))
                return null;
            // Another server's clock may differ: it is remembered for as long as a ticket can last from now on.
            _forget.Enqueue((opened.Id, now + Lifetime + Lifetime));
        }
        return sessions.Now(opened.Caller).Caller;
    }

    /// <summary>Like <see cref="Redeem"/>, but the ticket stays valid.</summary>
    public Caller? Find(string ticket)
    {
        if (Open(ticket) is not { } opened)
            return null;
        lock (_gate)
            if (_used.Contains(opened.Id))
                return null;
        return sessions.Now(opened.Caller).Caller;
    }

    /// <summary>What a ticket holds; null when it is not ours or has expired.</summary>
    private StreamTicket? Open(string ticket)
    {
        if (ticket.Length > MaxLength || !Base64Url.IsValid(ticket))
            return null;
        try
        {
            return JsonSerializer.Deserialize(_protector.Unprotect(Base64Url.DecodeFromChars(ticket)), AuthJson.Default.StreamTicket) is { } opened
                && time.GetUtcNow() is var now && opened.ExpiresAt > now && opened.ExpiresAt <= now + Lifetime + Lifetime ? opened : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
