using LiveComments.Tests.Requirements;

namespace LiveComments.Tests.Redis;

/// <summary>Tests against a real server, which they start themselves.</summary>
public sealed class RequiresRedisAttribute : RequirementAttribute
{
    public override string? Obstacle => RedisServer.Obstacle;
}
