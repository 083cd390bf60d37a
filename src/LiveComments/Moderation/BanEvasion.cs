using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using LiveComments.Caching;
using LiveComments.Viewers;

namespace LiveComments.Moderation;

/// <summary>
/// Recognises people who come back after a ban: with another account on the same device, or with an account made since from the same network. They are never banned for it: what they write waits for a
/// moderator. Where anybody writes from is known in memory only; of those who are banned a keyed hash is stored for <see cref="BanTrace.Kept"/>.
/// </summary>
public sealed class BanEvasion
{
    /// <summary>Writers whose latest network is remembered. At about 150 bytes each, 10 MB.</summary>
    private const int Remembered = 65_536;

    private readonly BoundedCache<UserId, AddressBlock> _latest = new(Remembered);

    /// <summary>Traces that wait to be stored: at most one for each, and some for each person who was banned within a second.</summary>
    private readonly ConcurrentDictionary<(Guid, UserId), BanTrace> _waiting = new();

    private readonly Restrictions _restrictions;
    private readonly NetworkHashes _hashes;
    private readonly TimeProvider _time;
    private volatile FrozenDictionary<Guid, BanTrace[]> _traces = FrozenDictionary<Guid, BanTrace[]>.Empty;

    public BanEvasion(Restrictions restrictions, NetworkHashes hashes, TimeProvider time)
    {
        (_restrictions, _hashes, _time) = (restrictions, hashes, time);
        restrictions.Banned += user =>
        {
            if (_latest.TryGet(user, out var network))
                Keep(network, user);
        };
    }

    /// <summary>Called when something waits to be stored. Set once.</summary>
    internal Action Found { get; set; } = static () => { };

    /// <summary>Somebody wrote or tried to.</summary>
    /// <param name="address">From where; null when that is not known.</param>
    public void Seen(UserId user, IPAddress? address, bool isBanned)
    {
        if (address is null)
            return;
        var network = AddressBlock.Address(address);
        var isKnown = _latest.TryGet(user, out var latest) && latest == network;
        if (!isKnown)
            _latest.Set(user, network, _latest.Stamp);
        // Their first try after a restart, or from somewhere else.
        if (isBanned && !isKnown)
            Keep(network, user);
    }

    /// <summary>Somebody has signed in on a device that others have signed in on.</summary>
    public void SignedIn(UserId user, IEnumerable<UserId> others)
    {
        foreach (var other in others)
            if (other != user && _restrictions.MayBeBanned(other))
                Keep(new BanTrace(user.Value, other, BanTraceKind.Account, _time.GetUtcNow(), _time.GetUtcNow() + BanTrace.Kept));
    }

    /// <summary>Whether a viewer may be somebody who is banned in an event.</summary>
    /// <param name="address">From where they write; null when that is not known.</param>
    /// <param name="since">When their account was made.</param>
    public BanSuspicion Of(EventId id, UserId user, IPAddress? address, DateTimeOffset since)
    {
        var traces = _traces;
        if (traces.Count == 0)
            return BanSuspicion.None;
        var suspicion = SuspectedOf(id, user).Count > 0 ? BanSuspicion.Suspected : BanSuspicion.None;
        if (address is null || !traces.TryGetValue(_hashes.Of(AddressBlock.Address(address)), out var here))
            return suspicion;
        var now = _time.GetUtcNow();
        foreach (var trace in here.Where(trace => trace.Until > now && trace.Banned != user))
        {
            if (_restrictions.BanOf(id, trace.Banned) is not { } ban)
                continue;
            if (ban == RestrictionKind.NetworkBan)
                return BanSuspicion.NetworkBanned;
            if (suspicion != BanSuspicion.None || since <= trace.At)
                continue;
            suspicion = BanSuspicion.Suspected;
            // Elsewhere they are the same person still.
            Keep(new BanTrace(user.Value, trace.Banned, BanTraceKind.Account, now, now + BanTrace.Kept));
        }
        return suspicion;
    }

    /// <summary>The people who are banned in an event and may be back as somebody.</summary>
    public IReadOnlyList<UserId> SuspectedOf(EventId id, UserId user)
    {
        var now = _time.GetUtcNow();
        return _traces.TryGetValue(user.Value, out var own)
            ? [.. own.Where(trace => trace.Kind == BanTraceKind.Account && trace.Until > now && _restrictions.BanOf(id, trace.Banned) is not null).Select(trace => trace.Banned)] : [];
    }

    /// <summary>Remembers all traces of the store in place of those before.</summary>
    internal void Learn(IReadOnlyList<BanTrace> traces) => _traces = traces.GroupBy(trace => trace.Trace).ToFrozenDictionary(same => same.Key, same => same.ToArray());

    /// <summary>What waits to be stored.</summary>
    internal IReadOnlyList<BanTrace> Waiting => [.. _waiting.Values];

    internal void Stored(IReadOnlyList<BanTrace> traces)
    {
        foreach (var trace in traces)
            _waiting.TryRemove(KeyValuePair.Create((trace.Trace, trace.Banned), trace));
    }

    private void Keep(AddressBlock network, UserId banned)
    {
        if (_hashes.IsReady)
            Keep(new BanTrace(_hashes.Of(network), banned, BanTraceKind.Network, _time.GetUtcNow(), _time.GetUtcNow() + BanTrace.Kept));
    }

    private void Keep(BanTrace trace)
    {
        if (_waiting.Count < BanTrace.Most && _waiting.TryAdd((trace.Trace, trace.Banned), trace))
            Found();
    }
}
