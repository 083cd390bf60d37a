using LiveComments.Server.Commands;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.PostgreSql;

namespace LiveComments.Tests.Cluster;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class DeadlineTests(PostgreSqlServer postgreSql)
{
    [Fact]
    public async Task Waits_that_leave_no_time_to_ask_another_node_refuse_the_start_of_a_node_and_of_no_other()
    {
        using var folder = new TemporaryFolder();
        string[] settings = ["--urls", "http://127.0.0.1:0", "--data", folder.Path, "--LiveComments:Engine:MaxWait=00:00:00.700", .. await postgreSql.StoreSettingsAsync()];
        var (exitCode, _, error) = await ServerProcess.RunAsync([.. settings, "--LiveComments:Cluster:Port=0"]);
        Assert.Equal(CommandLine.Refused, exitCode);
        Assert.Contains("0:00:00.7 in its event's queue (LiveComments:Engine:MaxWait) and 0:00:01.2 for the answer of its event's node. Together that is more than the 2 s", error);
        await using var alone = ServerProcess.Start(settings);
        await Http.EventuallyAsync(() => Task.FromResult(alone.Output.Contains("is running", StringComparison.Ordinal)), "a server without others starts");
    }
}
