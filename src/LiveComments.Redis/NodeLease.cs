using StackExchange.Redis;

namespace LiveComments.Redis;

/// <summary>The nodes that say every second that they are there, by the clock of Redis. What a node that is not among them has said is void.</summary>
internal sealed class NodeLease(RedisClient redis)
{
    /// <summary>A node that was silent for so long is gone, in milliseconds: a frozen process, or one that Redis does not hear.</summary>
    private const int Held = 10_000;

    /// <summary>Returns whether the node had its lease still, then those that have one, then after an empty name those that have lost theirs: whoever is told of them first clears away what they left.</summary>
    private const string Renew = """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local lease = redis.call('ZSCORE', KEYS[1], ARGV[1])
        local lost = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
        redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
        local answer = { (lease and tonumber(lease) > now) and '1' or '0' }
        for _, node in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do answer[#answer + 1] = node end
        answer[#answer + 1] = ''
        for _, node in ipairs(lost) do if node ~= ARGV[1] then answer[#answer + 1] = node end end
        return answer
        """;

    private readonly RedisKey _key = $"{redis.Prefix}:nodes";
    private volatile HashSet<string> _alive = [];

    /// <summary>This process: one that starts again is another node.</summary>
    public string Name { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Says that this node is there.</summary>
    /// <returns>Whether it was known already, and nodes that have gone without a word.</returns>
    /// <exception cref="RedisAwayException"/>
    public async Task<(bool IsKnown, IReadOnlyList<string> Lost)> RenewAsync()
    {
        var answer = (string[])(await redis.AskAsync(database => database.ScriptEvaluateAsync(Renew, [_key], [Name, Held])))!;
        var end = Array.IndexOf(answer, "");
        _alive = [.. answer[1..end]];
        return (answer[0] == "1", answer[(end + 1)..]);
    }

    /// <summary>Gives the lease back.</summary>
    /// <exception cref="RedisAwayException"/>
    public Task ReturnAsync() => redis.AskAsync(database => database.SortedSetRemoveAsync(_key, Name));

    /// <summary>Whether a node was there when this one renewed its lease, a second ago.</summary>
    public bool IsAlive(string node) => _alive.Contains(node);
}
