using LiveComments.Tests.Requirements;

namespace LiveComments.Tests.Kafka;

/// <summary>Tests against a real broker, which they start themselves.</summary>
public sealed class RequiresKafkaAttribute : RequirementAttribute
{
    public override string? Obstacle => KafkaBroker.Obstacle;
}
