using LiveComments.Tests.Requirements;

namespace LiveComments.Tests.Cassandra;

/// <summary>Tests against a real node, which they start themselves.</summary>
public sealed class RequiresCassandraAttribute : RequirementAttribute
{
    public override string? Obstacle => CassandraServer.Obstacle;
}
