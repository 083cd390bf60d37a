using LiveComments.Tests.Requirements;

namespace LiveComments.Tests.ClickHouse;

/// <summary>Tests on the real engine, which they start themselves.</summary>
public sealed class RequiresClickHouseAttribute : RequirementAttribute
{
    public override string? Obstacle => ClickHouseServer.Obstacle;
}
