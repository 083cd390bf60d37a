using System.Net;
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

    [Fact]
    public void All_people_of_an_address_write_no_faster_than_so_many_and_their_network_no_faster_than_five_such_addresses()
    {
        var limits = Limits(new LimitsOptions { WritersPerAddress = 2 });
        bool Writes(string address, out bool isShared) => limits.TakeComment(Somebody(), IPAddress.Parse(address), out _, out isShared) is null;
        var isShared = false;
        // Two people's burst of five.
        Assert.Equal(10, Enumerable.Range(0, 15).Count(_ => Writes("203.0.113.7", out isShared)));
        Assert.False(Writes("::ffff:203.0.113.7", out isShared));
        Assert.True(isShared);
        for (var i = 1; i <= 4; i++)
            Assert.Equal(10, Enumerable.Range(0, 12).Count(_ => Writes($"203.0.113.{i}", out isShared)));
        Assert.False(Writes("203.0.113.99", out isShared));
        Assert.True(isShared);
        Assert.True(Writes("203.0.114.1", out isShared));
        Assert.False(isShared);
        // One machine has as many addresses of an IPv6 /64 as it likes.
        Assert.Equal(10, Enumerable.Range(0, 15).Count(i => Writes($"2001:db8::{i + 1:x}", out _)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, Enumerable.Range(0, 15).Count(_ => Writes("203.0.113.7", out isShared)));
    }

    [Fact]
    public void Who_is_refused_for_their_address_or_by_a_fault_of_the_server_gets_everything_back()
    {
        var limits = Limits(new LimitsOptions { WritersPerAddress = 1 });
        var (somebody, address) = (Somebody(), IPAddress.Parse("203.0.113.7"));
        for (var i = 0; i < 5; i++)
            Assert.Null(limits.TakeComment(Somebody(), address, out _, out _));
        // Refused for the address any number of times, they have their own burst elsewhere.
        for (var i = 0; i < 20; i++)
            Assert.NotNull(limits.TakeComment(somebody, address, out _, out _));
        for (var i = 0; i < 5; i++)
            Assert.Null(limits.TakeComment(somebody, IPAddress.Parse("198.51.100.1"), out _, out _));
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(limits.TakeComment(Somebody(), IPAddress.Parse("192.0.2.1"), out var permit, out _));
            permit.Refused(Error.Busy);
        }
    }

    [Fact]
    public void Where_the_address_is_not_known_only_people_are_limited()
    {
        var limits = Limits(new LimitsOptions { WritersPerAddress = 1 });
        for (var i = 0; i < 100; i++)
            Assert.Null(limits.TakeComment(Somebody(), null, out _, out _));
    }

    private UserLimits Limits(LimitsOptions? options = null) => new(Options.Create(options ?? new LimitsOptions()), _time);

    private static UserId Somebody() => new(Guid.NewGuid());

    private sealed class Shared
    {
        public TokenBucket Bucket;
    }
}
