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

    /// <summary>Why somebody may not write or react in an event; null when they may. An administrator always may.</summary>
    public Refusal? RefusalOf(EventId id, Caller caller)
    {
        if (_known.IsEmpty || caller.IsAdministrator)
            return null;
        var (refusal, now) = (default(Refusal?), time.GetUtcNow());
        foreach (var restriction in Of(id, caller.UserId))
            if (!restriction.HoldsAt(now))
                continue;
            else if (restriction.Kind == RestrictionKind.Ban)
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

    /// <summary>Remembers a restriction in place of the one of its kind.</summary>
    internal void Learn(Restriction learned)
    {
        var now = time.GetUtcNow();
        _known.AddOrUpdate((learned.Event, learned.User), _ => [learned], (_, known) => [.. known.Where(one => one.Kind != learned.Kind && one.HoldsAt(now)), learned]);
        if (_known.TryGetValue((learned.Event, learned.User), out var left) && !left.Any(one => one.HoldsAt(now)))
            _known.TryRemove(KeyValuePair.Create((learned.Event, learned.User), left));
    }

    private IEnumerable<Restriction> Of(EventId id, UserId user) =>
        _known.GetValueOrDefault((id, user), []).Concat(_known.GetValueOrDefault((null, user), []));
}
