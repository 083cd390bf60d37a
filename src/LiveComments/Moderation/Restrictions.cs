using System.Collections.Concurrent;
using LiveComments.Accounts;

namespace LiveComments.Moderation;

/// <summary>
/// What moderators have taken from people, as this node knows it: what was decided here at once, everything else within about a second from <see cref="RestrictionWatch"/>. Costs a look into
/// memory.
/// </summary>
public sealed class Restrictions(TimeProvider time)
{
    // Those that hold, or did: as many as moderators decided by hand. At about 200 bytes each a hundred thousand are 20 MB.
    private readonly ConcurrentDictionary<(EventId?, UserId), Restriction[]> _known = new();

    /// <summary>People who are or were shadow-banned somewhere: only they can have comments that nobody else sees.</summary>
    private readonly ConcurrentDictionary<UserId, bool> _shadowed = new();

    /// <summary>People who are or were banned somewhere.</summary>
    private readonly ConcurrentDictionary<UserId, bool> _banned = new();

    /// <summary>Raised when it is learned that somebody is banned. Handlers run on the thread of whoever learned it and only take note.</summary>
    public event Action<UserId>? Banned;

    /// <summary>Why somebody may not write or react in an event; null when they may. An administrator always may.</summary>
    public Refusal? RefusalOf(EventId id, Caller caller)
    {
        if (_known.IsEmpty || caller.IsAdministrator)
            return null;
        var (refusal, now) = (default(Refusal?), time.GetUtcNow());
        foreach (var restriction in Of(id, caller.UserId))
            if (!restriction.HoldsAt(now))
                continue;
            else if (restriction.Kind is RestrictionKind.Ban or RestrictionKind.NetworkBan)
                return new Refusal(Error.Banned);
            else if (restriction is { Kind: RestrictionKind.Timeout, Until: { } until } && !(refusal?.RetryAfter >= until - now))
                refusal = new Refusal(Error.TimedOut, until - now);
        return refusal;
    }

    /// <summary>The time between two comments of somebody who is throttled in an event; null for others.</summary>
    public TimeSpan? ThrottleOf(EventId id, UserId user)
    {
        if (_known.IsEmpty)
            return null;
        var now = time.GetUtcNow();
        return Of(id, user).Where(restriction => restriction.Kind == RestrictionKind.Throttle && restriction.HoldsAt(now)).Max(restriction => restriction.Every);
    }

    /// <summary>Whether nobody else is to see what somebody writes in an event from now on.</summary>
    public bool IsShadowed(EventId id, UserId user) => Has(id, user, RestrictionKind.Shadow);

    /// <summary>Whether somebody may have comments that nobody else sees.</summary>
    public bool MayHaveShadowed(UserId user) => !_shadowed.IsEmpty && _shadowed.ContainsKey(user);

    /// <summary>Whether somebody may be banned somewhere.</summary>
    public bool MayBeBanned(UserId user) => !_banned.IsEmpty && _banned.ContainsKey(user);

    /// <summary>How somebody is banned in an event: <see cref="RestrictionKind.NetworkBan"/>, <see cref="RestrictionKind.Ban"/>, or null for not at all.</summary>
    public RestrictionKind? BanOf(EventId id, UserId user) =>
        Has(id, user, RestrictionKind.NetworkBan) ? RestrictionKind.NetworkBan : Has(id, user, RestrictionKind.Ban) ? RestrictionKind.Ban : null;

    /// <summary>Whether somebody's texts are not judged in an event.</summary>
    public bool IsTrusted(EventId id, UserId user) => Has(id, user, RestrictionKind.Trust);

    /// <summary>Whether a shadow ban is all that was taken from somebody.</summary>
    /// <param name="scope">In one event; null: in all.</param>
    public bool IsOnlyShadowed(EventId? scope, UserId user)
    {
        var now = time.GetUtcNow();
        var held = _known.GetValueOrDefault((scope, user), []).Where(one => one.Kind != RestrictionKind.Trust && one.HoldsAt(now)).ToArray();
        return held is [{ Kind: RestrictionKind.Shadow }];
    }

    /// <summary>What was taken from somebody, in an event or in all, and holds now.</summary>
    public IReadOnlyList<Restriction> Held(EventId id, UserId user)
    {
        var now = time.GetUtcNow();
        return [.. Of(id, user).Where(one => one.HoldsAt(now))];
    }

    /// <summary>Remembers a restriction in place of the one of its kind.</summary>
    internal void Learn(Restriction learned)
    {
        if (learned.Kind == RestrictionKind.Shadow)
            _shadowed[learned.User] = true;
        var now = time.GetUtcNow();
        var isBan = learned.Kind is RestrictionKind.Ban or RestrictionKind.NetworkBan && learned.HoldsAt(now);
        if (isBan)
            _banned[learned.User] = true;
        _known.AddOrUpdate((learned.Event, learned.User), _ => [learned], (_, known) => [.. known.Where(one => one.Kind != learned.Kind && one.HoldsAt(now)), learned]);
        if (_known.TryGetValue((learned.Event, learned.User), out var left) && !left.Any(one => one.HoldsAt(now)))
            _known.TryRemove(KeyValuePair.Create((learned.Event, learned.User), left));
        if (isBan)
            Banned?.Invoke(learned.User);
    }

    private bool Has(EventId id, UserId user, RestrictionKind kind)
    {
        if (_known.IsEmpty)
            return false;
        var now = time.GetUtcNow();
        return Of(id, user).Any(restriction => restriction.Kind == kind && restriction.HoldsAt(now));
    }

    private IEnumerable<Restriction> Of(EventId id, UserId user) =>
        _known.GetValueOrDefault((id, user), []).Concat(_known.GetValueOrDefault((null, user), []));
}
