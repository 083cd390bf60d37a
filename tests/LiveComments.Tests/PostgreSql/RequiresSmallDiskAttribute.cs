using LiveComments.Tests.Requirements;

namespace LiveComments.Tests.PostgreSql;

/// <summary>Tests against a real server whose disk becomes full.</summary>
public sealed class RequiresSmallDiskAttribute : RequirementAttribute
{
    public override string? Obstacle => PostgreSqlServer.Obstacle ?? SmallDisk.Obstacle;
}
