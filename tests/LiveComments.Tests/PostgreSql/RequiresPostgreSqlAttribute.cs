using LiveComments.Tests.Requirements;

namespace LiveComments.Tests.PostgreSql;

/// <summary>Tests against a real server, which they start themselves.</summary>
public sealed class RequiresPostgreSqlAttribute : RequirementAttribute
{
    public override string? Obstacle => PostgreSqlServer.Obstacle;
}
