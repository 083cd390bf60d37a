namespace LiveComments.Tests.Redis;

/// <summary>One server for all tests that need one. They run one after another, because some of them freeze it.</summary>
[CollectionDefinition(Name)]
public sealed class RedisCollection : ICollectionFixture<RedisServer>
{
    public const string Name = "Redis";
}
