using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Ingest;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.Ingest;

public sealed class LimitsTests
{
    private readonly FakeTime _time = new();

    [Fact]
    public void A_bucket_gives_its_burst_and_then_one_at_a_time()
    {
        TokenBucket bucket = default;
        TimeSpan? Take() => bucket.Take(_time, _time.GetTimestamp(), 2, 3);
        for (var i = 0; i < 3; i++)
            Assert.Null(Take());
        Assert.Equal(TimeSpan.FromSeconds(0.5), Take());
        Assert.False(bucket.IsFull(_time.GetTimestamp()));
        _time.Advance(TimeSpan.FromSeconds(0.4));
        Assert.Equal(TimeSpan.FromSeconds(0.1), Take());
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Null(Take());
        Assert.Equal(TimeSpan.FromSeconds(0.5), Take());
        // A pause saves the burst and no more.
        _time.Advance(TimeSpan.FromHours(1));
        Assert.True(bucket.IsFull(_time.GetTimestamp()));
        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => Take() is null));
    }

    [Fact]
    public void However_a_bucket_is_asked_it_never_gives_more_than_its_rate_and_burst()
    {
        var random = new Random(1);
        TokenBucket bucket = default;
        var (given, started) = (0, _time.GetTimestamp());
        for (var i = 0; i < 10_000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(random.Next(random.Next(2_000))));
            var wait = bucket.Take(_time, _time.GetTimestamp(), 3, 7);
            given += wait is null ? 1 : 0;
            Assert.True(given <= 7 + 3 * _time.GetElapsedTime(started).TotalSeconds + 1e-6);
            Assert.True(wait is null or { Ticks: > 0 });
        }
        Assert.True(given > 2_500);
    }

    [Fact]
    public async Task Many_threads_share_one_bucket()
    {
        var bucket = new Shared();
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 1_000).Count(_ => bucket.Bucket.Take(_time, _time.GetTimestamp(), 1, 100) is null))));
        Assert.Equal(100, taken.Sum());
    }

    [Fact]
    public void Everybody_has_buckets_of_their_own_and_comments_and_reactions_have_too()
    {
        var limits = Limits();
        var (one, two) = (Somebody(), Somebody());
        Assert.Equal(5, Enumerable.Range(0, 10).Count(_ => limits.TakeComment(one, out var _) is null));
        Assert.Equal(5, Enumerable.Range(0, 10).Count(_ => limits.TakeComment(two, out var _) is null));
        Assert.Equal(20, Enumerable.Range(0, 50).Count(_ => limits.TakeReaction(one, out var _) is null));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(limits.TakeComment(one, out var _));
        Assert.Equal(Error.RateLimited, limits.TakeComment(one, out var _)?.Error);
        Assert.Equal(10, Enumerable.Range(0, 50).Count(_ => limits.TakeReaction(one, out var _) is null));
    }

    [Fact]
    public void A_token_is_given_back_where_the_server_is_to_blame_and_only_there()
    {
        var limits = Limits();
        var user = Somebody();
        foreach (var error in new[] { Error.Busy, Error.StoreUnavailable, Error.Draining, Error.Internal })
            for (var i = 0; i < 50; i++)
            {
                Assert.Null(limits.TakeComment(user, out var comment));
                comment.Refused(error);
                Assert.Null(limits.TakeReaction(user, out var reaction));
                reaction.Refused(error);
            }
        foreach (var error in new[] { Error.ParentRemoved, Error.CommentNotFound, Error.EventNotLive, Error.IdempotencyKeyReused, Error.OutcomeUnknown })
        {
            Assert.Null(limits.TakeComment(user, out var permit));
            permit.Refused(error);
        }
        Assert.Equal(TimeSpan.FromSeconds(1), limits.TakeComment(user, out var _)?.RetryAfter);
        // What was given back long ago is no more than a full bucket.
        Assert.Null(limits.TakeReaction(user, out var late));
        _time.Advance(TimeSpan.FromHours(1));
        late.Refused(Error.Busy);
        Assert.Equal(20, Enumerable.Range(0, 50).Count(_ => limits.TakeReaction(user, out var _) is null));
    }

    [Fact]
    public void Switched_off_nothing_is_limited()
    {
        var limits = Limits(new LimitsOptions { Enabled = false });
        var user = Somebody();
        for (var i = 0; i < 100; i++)
            Assert.True(limits.TakeComment(user, out var _) is null && limits.TakeReaction(user, out _) is null);
        Assert.Null(limits.PaceOf(Role.Viewer, new EventSettings { SlowModeSeconds = 60 }));
    }

    [Fact]
    public void Who_was_quiet_is_forgotten_before_who_is_busy()
    {
        var limits = Limits(new LimitsOptions { Remembered = 1_000 });
        for (var i = 0; i < 900; i++)
            limits.TakeReaction(Somebody(), out _);
        _time.Advance(TimeSpan.FromMinutes(1));
        var busy = Somebody();
        while (limits.TakeComment(busy, out var _) is null)
        {
        }
        for (var i = 0; i < 500; i++)
            limits.TakeReaction(Somebody(), out _);
        Assert.NotNull(limits.TakeComment(busy, out var _));
    }

    [Fact]
    public void Slow_mode_is_for_viewers()
    {
        var (limits, slow) = (Limits(), new EventSettings { SlowModeSeconds = 30 });
        Assert.Equal(TimeSpan.FromSeconds(30), limits.PaceOf(Role.Viewer, slow));
        Assert.Null(limits.PaceOf(Role.Moderator, slow));
        Assert.Equal(TimeSpan.Zero, limits.PaceOf(Role.Viewer, EventSettings.Default));
    }

    private UserLimits Limits(LimitsOptions? options = null) => new(Options.Create(options ?? new LimitsOptions()), _time);

    private static UserId Somebody() => new(Guid.NewGuid());

    private sealed class Shared
    {
        public TokenBucket Bucket;
    }
}
