namespace LiveComments.Tests.PostgreSql;

/// <summary>One server for all tests that need nothing but a database.</summary>
[CollectionDefinition(Name)]
public sealed class PostgreSqlCollection : ICollectionFixture<PostgreSqlServer>
{
    public const string Name = "PostgreSql";
}
