using System.ComponentModel.DataAnnotations;

namespace LiveComments.Redis;

/// <summary>Redis beside this server: section <c>LiveComments:Redis</c>. See docs/redis.md.</summary>
public sealed class RedisOptions
{
    /// <summary>
    /// Where Redis is, as StackExchange.Redis reads it: <c>redis-1:6379,redis-2:6379,user=livecomments,password=...,ssl=true</c>. Keep it out of files that others read, because it has the
    /// password. Empty: Redis is not used.
    /// </summary>
    public string Connection { get; set; } = "";

    /// <summary>How long a call may take. Afterwards the node goes on without Redis and tries again a second later.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:02")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>What all keys begin with, so that several installations may share a Redis.</summary>
    [Required, RegularExpression("[A-Za-z0-9_.-]{1,64}")]
    public string Prefix { get; set; } = "livecomments";
}
