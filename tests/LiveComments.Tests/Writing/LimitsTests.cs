using LiveComments.Ingest;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.Writing;

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
        var limits = new UserLimits(Options.Create(new LimitsOptions()), _time);
        var (one, two) = (new UserId(Guid.NewGuid()), new UserId(Guid.NewGuid()));
        Assert.Equal(5, Enumerable.Range(0, 10).Count(_ => limits.TakeComment(one) is null));
        Assert.Equal(5, Enumerable.Range(0, 10).Count(_ => limits.TakeComment(two) is null));
        Assert.Equal(20, Enumerable.Range(0, 50).Count(_ => limits.TakeReaction(one) is null));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(limits.TakeComment(one));
        Assert.NotNull(limits.TakeComment(one));
        Assert.Equal(10, Enumerable.Range(0, 50).Count(_ => limits.TakeReaction(one) is null));
    }

    [Fact]
    public void Slow_mode_is_one_comment_in_its_time_and_the_same_comment_again()
    {
        var limits = new UserLimits(Options.Create(new LimitsOptions()), _time);
        var (slow, user) = (Event(30), new UserId(Guid.NewGuid()));
        Assert.Null(limits.TakeSlowMode(slow, user, "a"));
        Assert.Null(limits.TakeSlowMode(slow, user, "a"));
        Assert.Equal(TimeSpan.FromSeconds(30), limits.TakeSlowMode(slow, user, "b"));
        Assert.NotNull(limits.TakeSlowMode(slow, user, null));
        Assert.Null(limits.TakeSlowMode(slow, new UserId(Guid.NewGuid()), null));
        Assert.Null(limits.TakeSlowMode(Event(0), user, null));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(limits.TakeSlowMode(slow, user, null));
        // Without a key nothing can be told to be the same.
        Assert.NotNull(limits.TakeSlowMode(slow, user, null));
        Assert.NotNull(limits.TakeSlowMode(slow, user, "a"));
    }

    [Fact]
    public void Nobody_waits_for_a_slow_mode_that_was_changed()
    {
        var limits = new UserLimits(Options.Create(new LimitsOptions()), _time);
        var (slow, user) = (Event(3600), new UserId(Guid.NewGuid()));
        Assert.Null(limits.TakeSlowMode(slow, user, "a"));
        Assert.NotNull(limits.TakeSlowMode(slow, user, "b"));
        var quick = slow with { Settings = slow.Settings with { SlowModeSeconds = 5 } };
        Assert.Null(limits.TakeSlowMode(quick, user, "b"));
        Assert.Equal(TimeSpan.FromSeconds(5), limits.TakeSlowMode(quick, user, "c"));
    }

    [Fact]
    public void Switched_off_nothing_is_limited()
    {
        var limits = new UserLimits(Options.Create(new LimitsOptions { Enabled = false }), _time);
        var user = new UserId(Guid.NewGuid());
        for (var i = 0; i < 100; i++)
            Assert.True(limits.TakeComment(user) is null && limits.TakeReaction(user) is null && limits.TakeSlowMode(Event(60), user, null) is null);
    }

    [Fact]
    public void Who_was_quiet_is_forgotten_before_who_is_busy()
    {
        var limits = new UserLimits(Options.Create(new LimitsOptions { Remembered = 1_000 }), _time);
        for (var i = 0; i < 900; i++)
            limits.TakeReaction(new UserId(Guid.NewGuid()));
        _time.Advance(TimeSpan.FromMinutes(1));
        var busy = new UserId(Guid.NewGuid());
        while (limits.TakeComment(busy) is null)
        {
        }
        for (var i = 0; i < 500; i++)
            limits.TakeReaction(new UserId(Guid.NewGuid()));
        Assert.NotNull(limits.TakeComment(busy));
    }

    private static LiveEvent Event(int slowModeSeconds) => new(
        new EventId(Guid.NewGuid()), null, "", null, "", EventStatus.Live, default, false, null, "UTC", new EventSettings { SlowModeSeconds = slowModeSeconds }, default, default, default);

    private sealed class Shared
    {
        public TokenBucket Bucket;
    }
}
