using LiveComments.Tests.Conformance;
using LiveComments.Tests.Log;

namespace LiveComments.Tests.PostgreSql;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlEventLogTests(PostgreSqlServer server) : EventLogSpec
{
    private protected override async Task<StoreUnderTest> CreateAsync(FakeTime time) => await PostgreSqlStore.CreateAsync(server, time);

    [Fact]
    public void A_log_answers_any_sequence_of_drafts_as_the_rules_say() => LogRulesPropertyTests.Compare(Store.Log, sequences: 15);
}
