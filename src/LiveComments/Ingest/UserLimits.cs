using System.Collections.Concurrent;
using LiveComments.Accounts;
using LiveComments.Events;
using Microsoft.Extensions.Options;

namespace LiveComments.Ingest;

/// <summary>The rate limits of each person on this node.</summary>
public sealed class UserLimits(IOptions<LimitsOptions> options, TimeProvider time)
{
    private readonly LimitsOptions _limits = options.Value;
    private readonly long _commentCost = TokenBucket.Cost(time, options.Value.CommentsPerSecond);
    private readonly long _reactionCost = TokenBucket.Cost(time, options.Value.ReactionsPerSecond);
    private readonly ConcurrentDictionary<UserId, Person> _people = new();
    private int _sweeping;

    /// <summary>Null with a permit when the person may store something as costly as a comment; otherwise how long to wait.</summary>
    public Refusal? TakeComment(UserId user, out Permit permit)
    {
        permit = default;
        if (!_limits.Enabled)
            return null;
        var person = Of(user);
        if (person.Comments.Take(time, time.GetTimestamp(), _limits.CommentsPerSecond, _limits.CommentBurst) is { } wait)
            return new Refusal(Error.RateLimited, wait);
        permit = new Permit(person, _commentCost, isReaction: false);
        return null;
    }

    /// <summary>The time between two comments of somebody in one event: zero without slow mode, null for those whom nothing limits. The event's actor sees to it.</summary>
    /// <param name="role">Their role in the event; slow mode is for viewers.</param>
    public TimeSpan? PaceOf(Role role, EventSettings settings) => _limits.Enabled && role == Role.Viewer ? settings.Pace() : null;

    /// <summary>Null with a permit when the person may give or take back another reaction; otherwise how long to wait.</summary>
    public Refusal? TakeReaction(UserId user, out Permit permit)
    {
        permit = default;
        if (!_limits.Enabled)
            return null;
        var person = Of(user);
        if (person.Reactions.Take(time, time.GetTimestamp(), _limits.ReactionsPerSecond, _limits.ReactionBurst) is { } wait)
            return new Refusal(Error.RateLimited, wait);
        permit = new Permit(person, _reactionCost, isReaction: true);
        return null;
    }

    private Person Of(UserId user)
    {
        if (_people.TryGetValue(user, out var person))
            return person;
        if (_people.Count >= _limits.Remembered)
            Forget();
        return _people.GetOrAdd(user, static _ => new Person());
    }

    /// <summary>Drops full buckets, which say no more than missing ones. When none is full, drops all: bounded memory matters more than an exact limit.</summary>
    private void Forget()
    {
        if (Interlocked.Exchange(ref _sweeping, 1) != 0)
            return;
        var now = time.GetTimestamp();
        foreach (var (user, person) in _people)
            if (person.Comments.IsFull(now) && person.Reactions.IsFull(now))
                _people.TryRemove(user, out _);
        if (_people.Count >= _limits.Remembered)
            _people.Clear();
        Volatile.Write(ref _sweeping, 0);
    }

    /// <summary>The recent activity of one person.</summary>
    internal sealed class Person
    {
        public TokenBucket Comments;
        public TokenBucket Reactions;
    }
}
