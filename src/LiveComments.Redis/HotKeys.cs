using StackExchange.Redis;

namespace LiveComments.Redis;

/// <summary>The keys of hot entries. Those of an event have its id in braces, so that a cluster keeps them on one server.</summary>
internal sealed class HotKeys(RedisClient redis)
{
    /// <summary>The events that have any: a sorted set, by the time at which that was said last.</summary>
    public RedisKey Events { get; } = $"{redis.Prefix}:stream:events";

    /// <summary>The stream, what belongs to it, and when it was dropped last.</summary>
    public RedisKey[] Of(EventId id) => [$"{redis.Prefix}:stream:event:{{{id}}}:comments", $"{redis.Prefix}:stream:event:{{{id}}}:state", $"{redis.Prefix}:stream:event:{{{id}}}:dropped"];
}
