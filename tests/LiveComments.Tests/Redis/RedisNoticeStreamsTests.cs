using System.Diagnostics.Metrics;
using LiveComments.Comments;
using LiveComments.Moderation;
using LiveComments.Redis;
using LiveComments.Telemetry;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace LiveComments.Tests.Redis;

[Collection(RedisCollection.Name), RequiresRedis]
public sealed class RedisNoticeStreamsTests : IAsyncLifetime
{
    private readonly RedisServer _redis;
    private readonly string _prefix;
    private readonly IHost _host;
    private readonly RedisClient _client;
    private readonly RedisNoticeStreams _streams;

    public RedisNoticeStreamsTests(RedisServer redis)
    {
        (_redis, _prefix) = (redis, redis.NewPrefix());
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddMetrics().AddSingleton<ProcessFault>();
        _host = builder.Build();
        _client = new RedisClient(Options.Create(new RedisOptions { Connection = redis.Connection, Prefix = _prefix, Timeout = TimeSpan.FromSeconds(2) }), new RedisMetrics(_host.Services.GetRequiredService<IMeterFactory>()), TimeProvider.System, NullLogger<RedisClient>.Instance);
        _streams = new RedisNoticeStreams(_client, _host.Services.GetRequiredService<ProcessFault>());
    }

    public Task InitializeAsync() => Http.EventuallyAsync(async () =>
    {
        try
        {
            await _streams.ForgetAsync(default, default);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }, "it is connected");

    public async Task DisposeAsync()
    {
        _streams.Dispose();
        await _client.DisposeAsync();
        _host.Dispose();
    }

    [Fact]
    public async Task A_consumer_group_gets_each_mention_once_and_no_text()
    {
        var (show, ann, bob) = (new EventId(Guid.NewGuid()), new UserId(Guid.NewGuid()), new UserId(Guid.NewGuid()));
        var comment = new Comment(new CommentId(Guid.NewGuid()), new Author(ann, "ann", "Ann", null, LiveComments.Accounts.Role.Viewer), "secret for @bob", new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero), new Position(1, 2), null, 0, [new Mention(bob, "bob")], default);
        _streams.Mentioned(show, comment);
        await _streams.WriteAsync();
        var stream = $"{_prefix}:stream:user:{bob}:mentions";
        await _redis.Database.StreamCreateConsumerGroupAsync(stream, "notification_delivery", "0-0");
        var entry = Assert.Single(await _redis.Database.StreamReadGroupAsync(stream, "notification_delivery", "one", ">"));
        Assert.Equal(
            [("eventID", show.ToString()), ("commentID", comment.Id.ToString()), ("userID", ann.ToString()), ("time", "2026-01-02T03:04:05.678Z")],
            entry.Values.Select(field => (field.Name.ToString(), field.Value.ToString())));
        Assert.Empty(await _redis.Database.StreamReadGroupAsync(stream, "notification_delivery", "other", ">"));
        await _streams.ForgetAsync(bob, default);
        Assert.False(await _redis.Database.KeyExistsAsync(stream));
    }

    [Fact]
    public async Task Decisions_of_moderators_are_there_without_their_reasons()
    {
        var (show, moderator, ada) = (new EventId(Guid.NewGuid()), new UserId(Guid.NewGuid()), new UserId(Guid.NewGuid()));
        var decision = new ModeratorDecision(Guid.NewGuid(), show, moderator, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), DecisionAction.Timeout, null, ada, TimeSpan.FromMinutes(5), "secret");
        _streams.Decided([decision]);
        await _streams.WriteAsync();
        var entry = Assert.Single(await _redis.Database.StreamRangeAsync($"{_prefix}:stream:moderation:actions"));
        Assert.Equal(
            [decision.Id.ToString(), "timeout", show.ToString(), "", ada.ToString(), moderator.ToString(), "300", "2026-01-02T03:04:05.000Z"],
            entry.Values.Select(field => field.Value.ToString()));
    }

    [Fact]
    public async Task What_cannot_be_written_is_lost_and_what_cannot_be_erased_is_said()
    {
        await _redis.FreezeAsync();
        try
        {
            _streams.Decided([new ModeratorDecision(Guid.NewGuid(), null, default, default, DecisionAction.ChangeRules, null, null)]);
            await _streams.WriteAsync();
            await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _streams.ForgetAsync(default, default));
        }
        finally
        {
            await _redis.ThawAsync();
        }
    }
}
