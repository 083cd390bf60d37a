namespace LiveComments.Tests.Kafka;

/// <summary>One broker for all tests that need one. They run one after another, because some of them kill it.</summary>
[CollectionDefinition(Name)]
public sealed class KafkaCollection : ICollectionFixture<KafkaBroker>
{
    public const string Name = "Kafka";
}
