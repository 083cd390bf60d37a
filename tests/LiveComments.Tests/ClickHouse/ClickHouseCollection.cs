namespace LiveComments.Tests.ClickHouse;

/// <summary>One engine for all tests that need one, which has room for one question at a time. They run one after another, because some of them stop it.</summary>
[CollectionDefinition(Name)]
public sealed class ClickHouseCollection : ICollectionFixture<ClickHouseServer>
{
    public const string Name = "ClickHouse";
}
