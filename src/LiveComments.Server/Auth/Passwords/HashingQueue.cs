using System.Net;
using LiveComments.Caching;
using LiveComments.Clocks;

namespace LiveComments.Server.Auth.Passwords;

/// <summary>
/// Decides who may compute a hash next, so that a flood locks nobody out. Among strangers, the address with the fewest recent hashes comes first: each hash puts its address a minute behind
/// addresses without any (start-time fair queueing). A newcomer is therefore served before a flood, unless the flood has more addresses than the node computes hashes in a minute (600 with
/// one core). People on a device that logged in before have a queue of their own, which strangers cannot fill; while strangers wait too, it gets three turns of four.
/// </summary>
/// <param name="places">Hashes computed at once.</param>
/// <param name="waiting">Places in each of the two queues. When a queue is full, a newcomer replaces the last in it, or is told to come back.</param>
internal sealed class HashingQueue(int places, int waiting, TimeProvider time)
{
    /// <summary>Turns in a row for known people while strangers wait. It is bounded because an attacker may have logged in here before, too.</summary>
    private const int KnownInARow = 3;

    /// <summary>With a hash of a tenth of a second and the work before it, everybody is answered within two seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Line<IPAddress> _strangers = new(waiting, time);
    private readonly Line<UserId> _known = new(waiting, time);
    private int _free = places;
    private int _inARow;

    /// <summary>True when it is the caller's turn, and the caller must then <see cref="Leave"/>; false when others come first.</summary>
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
            // Its turn may have come at the same moment.
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

    /// <param name="rank">The lower, the sooner: the virtual time of its source in fair queueing.</param>
    private sealed class Waiter(object source, long rank)
    {
        public object Source => source;

        public long Rank => rank;

        public TaskCompletionSource<bool> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>One queue. It has at most a few dozen entries, so scanning all is simplest.</summary>
    private sealed class Line<TSource>(int waiting, TimeProvider time) where TSource : notnull
    {
        /// <summary>Sources whose hashes are remembered. At about 150 bytes each, 10 MB.</summary>
        private const int Remembered = 65_536;

        // The virtual time of each source that is ahead of others.
        private readonly BoundedCache<TSource, long> _served = new(Remembered);

        // In order of arrival.
        private readonly List<Waiter> _waiting = [];
        private readonly long _cost = time.Ticks(TimeSpan.FromMinutes(1));

        public int Count => _waiting.Count;

        /// <param name="served">Its turn is now: it is only noted.</param>
        /// <returns>The new waiter, or null when there was no place for it, and the waiter that it replaced.</returns>
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

        /// <summary>Removes a waiter that got no hash, without charging its source; false when it does not wait any more.</summary>
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
