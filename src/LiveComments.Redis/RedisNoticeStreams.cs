using System.Globalization;
using System.Threading.Channels;
using LiveComments.Comments;
using LiveComments.Moderation;
using LiveComments.Telemetry;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace LiveComments.Redis;

/// <summary>Streams of mentions and of moderators' decisions, for the consumer groups of other programs.</summary>
internal sealed class RedisNoticeStreams(RedisClient redis, ProcessFault fault) : BackgroundService, INoticeStreams
{
    private const int Waiting = 4_096, AtOnce = 500, MentionsOfEach = 1_000, Actions = 5_000;

    /// <summary>How long the mentions of somebody are kept after the last of them.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    private readonly Channel<(RedisKey Stream, int Length, NameValueEntry[] Fields)> _waiting = Channel.CreateBounded<(RedisKey, int, NameValueEntry[])>(new BoundedChannelOptions(Waiting) { SingleReader = true });

    public void Mentioned(EventId id, Comment comment)
    {
        foreach (var mention in comment.Mentions)
            _waiting.Writer.TryWrite((Mentions(mention.UserId), MentionsOfEach,
                [new("eventID", id.ToString()), new("commentID", comment.Id.ToString()), new("userID", comment.Author.Id.ToString()), new("time", Text(comment.Time))]));
    }

    public void Decided(IReadOnlyList<ModeratorDecision> decisions)
    {
        foreach (var one in decisions)
            _waiting.Writer.TryWrite(($"{redis.Prefix}:stream:moderation:actions", Actions,
            [
                new("decisionID", one.Id.ToString()), new("action", one.Action.Name()), new("eventID", one.Event?.ToString() ?? ""), new("commentID", one.Comment?.ToString() ?? ""),
                new("userID", one.User?.ToString() ?? ""), new("by", one.By.ToString()), new("seconds", one.Span?.TotalSeconds.ToString(CultureInfo.InvariantCulture) ?? ""), new("time", Text(one.At)),
            ]));
    }

    public async ValueTask ForgetAsync(UserId user, CancellationToken ct)
    {
        try
        {
            await redis.AskAsync(database => database.KeyDeleteAsync(Mentions(user)));
        }
        catch (RedisAwayException e)
        {
            throw new StoreUnavailableException("Redis does not answer, and may have what is to be erased.", inner: e);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
                await WriteAsync();
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception e)
        {
            fault.Raise(e);
        }
    }

    /// <summary>Writes what waits, as much as one call takes. What cannot be written is lost: the store has it.</summary>
    internal async Task WriteAsync()
    {
        var some = new List<(RedisKey Stream, int Length, NameValueEntry[] Fields)>();
        while (some.Count < AtOnce && _waiting.Reader.TryRead(out var one))
            some.Add(one);
        if (some.Count == 0)
            return;
        try
        {
            await redis.AskAsync(database => Task.WhenAll(some.Select(async one =>
            {
                var added = database.StreamAddAsync(one.Stream, one.Fields, maxLength: one.Length, useApproximateMaxLength: true);
                if (one.Length == MentionsOfEach)
                    await database.KeyExpireAsync(one.Stream, Kept);
                return await added;
            })));
        }
        catch (RedisAwayException)
        {
            // Counted by the client.
        }
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private RedisKey Mentions(UserId user) => $"{redis.Prefix}:stream:user:{user}:mentions";
}
