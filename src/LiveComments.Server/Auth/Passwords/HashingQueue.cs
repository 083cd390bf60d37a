using System.Net;
using LiveComments.Caching;
using LiveComments.Clocks;

namespace LiveComments.Server.Auth.Passwords;

/// <summary>
/// Says who may compute a hash next, so that a flood keeps nobody out. Of strangers, the address that had the fewest hashes lately comes first: each hash
/// puts its address a minute behind those that had none (start-time fair queueing). So who comes now is served before a flood, unless that has
/// more addresses than the node computes hashes in a minute: 600 with one core. People on a device on which they logged in before have a line of their own, which
/// strangers never fill: they have three turns of four while strangers wait too.
/// </summary>
/// <param name="places">Hashes computed at once.</param>
/// <param name="waiting">Strangers who may wait, and known people besides. One who comes to a full line takes the place of the last in it, or is told to come back.</param>
internal sealed class HashingQueue(int places, int waiting, TimeProvider time)
{
    /// <summary>Turns that known people have in a row while strangers wait: an attacker may have logged in here before, too.</summary>
    private const int KnownInARow = 3;

    /// <summary>With a hash of a tenth of a second and what comes before it, everybody has their answer within two.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Line<IPAddress> _strangers = new(waiting, time);
    private readonly Line<UserId> _known = new(waiting, time);
    private int _free = places;
    private int _inARow;

    /// <summary>True when it is the caller's turn, who must <see cref="Leave"/> then; false when others come first.</summary>
    public async ValueTask<bool> TryEnterAsync(SignInSource source, CancellationToken ct)
    {
        Waiter? waiter, displaced;
        lock (_gate)
        {
            var isFree = _free > 0;
            if (isFree)
                _free--;
            (waiter, displaced) = source.Device is { } device ? _known.Come(device.Account, isFree) : _strangers.Come(source.Address, isFree);
            if (isFree)
                return true;
        }
        displaced?.Turn.SetResult(false);
        if (waiter is null)
            return false;
        try
        {
            return await waiter.Turn.Task.WaitAsync(Patience, time, ct);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            bool waited;
            lock (_gate)
                waited = _strangers.Withdraw(waiter) || _known.Withdraw(waiter);
            // Its turn may have come in the same moment.
            if (!waited && await waiter.Turn.Task)
                Leave();
            ct.ThrowIfCancellationRequested();
            return false;
        }
    }

    /// <summary>The next may.</summary>
    public void Leave()
    {
        Waiter? next;
        lock (_gate)
        {
            var strangersWait = _strangers.Count > 0;
            var known = _known.Count > 0 && !(strangersWait && _inARow >= KnownInARow);
            _inARow = known && strangersWait ? _inARow + 1 : 0;
            next = known ? _known.Next() : _strangers.Next();
            if (next is null)
                _free++;
        }
        next?.Turn.SetResult(true);
    }

    /// <param name="rank">The lower, the sooner: when its source will have been served as others were.</param>
    private sealed class Waiter(object source, long rank)
    {
        public object Source => source;

        public long Rank => rank;

        public TaskCompletionSource<bool> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Who waits, of one kind. At most a few dozen, so that looking at all is the simplest.</summary>
    private sealed class Line<TSource>(int waiting, TimeProvider time) where TSource : notnull
    {
        /// <summary>Sources whose hashes are remembered. At about 150 bytes each, 10 MB.</summary>
        private const int Remembered = 65_536;

        // When each source will have been served as others were, if that is to come.
        private readonly BoundedCache<TSource, long> _served = new(Remembered);

        // In order of arrival.
        private readonly List<Waiter> _waiting = [];
        private readonly long _cost = time.Ticks(TimeSpan.FromMinutes(1));

        public int Count => _waiting.Count;

        /// <param name="served">Its turn is now: it is only noted.</param>
        /// <returns>The one that waits now, unless it cannot, and the one that waits no more in its place.</returns>
        public (Waiter? Waiter, Waiter? Displaced) Come(TSource source, bool served)
        {
            var rank = Math.Max(time.GetTimestamp(), _served.TryGet(source, out var until) ? until : 0);
            Waiter? displaced = null;
            if (!served && _waiting.Count >= waiting)
            {
                // Of equals the one who came last.
                displaced = _waiting.AsEnumerable().Reverse().MaxBy(one => one.Rank);
                if (displaced is null || displaced.Rank <= rank)
                    return (null, null);
                Withdraw(displaced);
            }
            _served.Set(source, rank + _cost, _served.Stamp);
            var waiter = new Waiter(source, rank);
            if (!served)
                _waiting.Add(waiter);
            return (waiter, displaced);
        }

        public Waiter? Next()
        {
            var next = _waiting.MinBy(one => one.Rank);
            if (next is not null)
                _waiting.Remove(next);
            return next;
        }

        /// <summary>It had no hash, and is not behind for one; false when it waits no more.</summary>
        public bool Withdraw(Waiter waiter)
        {
            if (!_waiting.Remove(waiter))
                return false;
            var source = (TSource)waiter.Source;
            if (_served.TryGet(source, out var until))
                _served.Set(source, until - _cost, _served.Stamp);
            return true;
        }
    }
}
