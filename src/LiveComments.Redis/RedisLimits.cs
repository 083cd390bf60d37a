using LiveComments.Ingest;

namespace LiveComments.Redis;

/// <summary>Token buckets by the clock of Redis, each in one number: the time at which it will be full again, in microseconds.</summary>
internal sealed class RedisLimits(RedisClient redis) : ISharedLimits
{
    /// <summary>A bucket that is full says no more than a missing one.</summary>
    private const string Take = """
        local t = redis.call('TIME')
        local now = t[1] * 1000000 + t[2]
        local full = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + ARGV[1]
        if full <= now then
          redis.call('DEL', KEYS[1])
          return 0
        end
        redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
        return full - now
        """;

    public async ValueTask<IReadOnlyList<TimeSpan>?> TakeAsync(IReadOnlyList<TakenTokens> taken, CancellationToken ct)
    {
        try
        {
            var answers = await redis.AskAsync(database => Task.WhenAll(taken.Select(one => database.ScriptEvaluateAsync(Take, [$"{redis.Prefix}:limit:{one.Bucket}"], [(long)one.Cost.TotalMicroseconds]))));
            return [.. answers.Select(static answer => TimeSpan.FromMicroseconds((long)answer))];
        }
        catch (RedisAwayException)
        {
            return null;
        }
    }
}
