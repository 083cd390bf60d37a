using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace LiveComments.Ingest;

/// <summary>What each person has done lately on this node.</summary>
public sealed class UserLimits(IOptions<LimitsOptions> options, TimeProvider time)
{
    private readonly LimitsOptions _limits = options.Value;
    private readonly ConcurrentDictionary<UserId, Activity> _people = new();
    private int _sweeping;

    /// <summary>Null when the person may write another comment, otherwise how long to wait.</summary>
    public TimeSpan? TakeComment(UserId user) =>
        _limits.Enabled ? Of(user).Comments.Take(time, time.GetTimestamp(), _limits.CommentsPerSecond, _limits.CommentBurst) : null;

    /// <summary>Null when the person may give another reaction, otherwise how long to wait.</summary>
    public TimeSpan? TakeReaction(UserId user) =>
        _limits.Enabled ? Of(user).Reactions.Take(time, time.GetTimestamp(), _limits.ReactionsPerSecond, _limits.ReactionBurst) : null;

    /// <summary>Null when the person may write in this event now, otherwise how long slow mode makes them wait.</summary>
    /// <param name="key">The comment's idempotency key: the comment that may be written now may be sent again.</param>
    public TimeSpan? TakeSlowMode(LiveEvent liveEvent, UserId user, string? key)
    {
        if (!_limits.Enabled || liveEvent.Settings.SlowModeSeconds == 0)
            return null;
        var activity = Of(user);
        lock (activity)
        {
            // One event at a time is remembered: nobody writes in two slow events at once, and who does waits less.
            // And one pace: nobody waits for one that was changed.
            if (activity.SlowEvent != liveEvent.Id || activity.SlowSeconds != liveEvent.Settings.SlowModeSeconds)
                (activity.SlowEvent, activity.SlowSeconds, activity.Slow, activity.SlowKey) = (liveEvent.Id, liveEvent.Settings.SlowModeSeconds, default, null);
            if (key is not null && activity.SlowKey == key)
                return null;
            if (activity.Slow.Take(time, time.GetTimestamp(), 1.0 / liveEvent.Settings.SlowModeSeconds, 1) is { } wait)
                return wait;
            activity.SlowKey = key;
            return null;
        }
    }

    /// <summary>Gives a turn of slow mode back: the comment it was taken for is not placed.</summary>
    /// <param name="key">The comment's.</param>
    public void GiveBackSlowMode(EventId id, UserId user, string? key)
    {
        if (!_people.TryGetValue(user, out var activity))
            return;
        lock (activity)
            if (activity.SlowEvent == id && activity.SlowKey == key)
                (activity.Slow, activity.SlowKey) = (default, null);
    }

    private Activity Of(UserId user)
    {
        if (_people.TryGetValue(user, out var activity))
            return activity;
        if (_people.Count >= _limits.Remembered)
            Forget();
        return _people.GetOrAdd(user, static _ => new Activity());
    }

    /// <summary>A full bucket says no more than none. When none is full, all are dropped: a bound on memory goes before a bound on comments.</summary>
    private void Forget()
    {
        if (Interlocked.Exchange(ref _sweeping, 1) != 0)
            return;
        var now = time.GetTimestamp();
        foreach (var (user, activity) in _people)
            if (activity.Comments.IsFull(now) && activity.Reactions.IsFull(now) && activity.Slow.IsFull(now))
                _people.TryRemove(user, out _);
        if (_people.Count >= _limits.Remembered)
            _people.Clear();
        Volatile.Write(ref _sweeping, 0);
    }

    private sealed class Activity
    {
        public TokenBucket Comments;
        public TokenBucket Reactions;
        public TokenBucket Slow;
        public EventId SlowEvent;
        public int SlowSeconds;
        public string? SlowKey;
    }
}
