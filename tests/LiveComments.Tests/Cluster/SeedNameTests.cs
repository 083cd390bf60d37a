using LiveComments.Tests.EndToEnd.Crash;
using LiveComments.Tests.PostgreSql;

namespace LiveComments.Tests.Cluster;

/// <summary>A node that is told its seeds by a name. Each process has a table of host names of its own, in the place of <c>/etc/hosts</c>.</summary>
[Collection(ClusterCollection.Name), RequiresPostgreSql, RequiresOwnMounts]
public sealed class SeedNameTests(PostgreSqlServer postgreSql) : IDisposable
{
    private const string Seed = "seed.livecomments.invalid";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_node_whose_seeds_nobody_knows_yet_waits_instead_of_beginning_alone()
    {
        var port = FreePort.Find();
        string[] store = [.. await postgreSql.StoreSettingsAsync(), "--LiveComments:PostgreSql:Timeout=00:00:30"];
        string[] seeds = [.. store, $"--LiveComments:Cluster:Seeds:0={Seed}:{port}"];
        await using var early = Node([.. seeds, "--LiveComments:Cluster:Port=0"], "early", "127.0.0.1 localhost\n", out var names);
        await using var seed = Node([.. seeds, $"--LiveComments:Cluster:Port={port}", $"--LiveComments:Cluster:Hostname={Seed}"], "seed", $"127.0.0.1 localhost\n127.0.0.1 {Seed}\n", out _);
        var starting = early.StartAsync();
        for (var waited = 0; waited < 900 && early.Output.Split($"The seed {Seed}:{port} is not known").Length <= 2 && !starting.IsCompleted; waited++)
            await Task.Delay(100);
        Assert.False(starting.IsCompleted, early.Output);
        Assert.Contains($"The seed {Seed}:{port} is not known", early.Output);
        Assert.DoesNotContain("begins the cluster", early.Output);

        // In place: the process sees the file, not its name.
        await File.AppendAllTextAsync(names, $"127.0.0.1 {Seed}\n");
        await seed.StartAsync();
        await starting;
        Assert.Contains("is a member, one of 2", early.Output);
    }

    private ChildServer Node(string[] settings, string name, string hosts, out string names)
    {
        names = _folder.At(name);
        File.WriteAllText(names, hosts);
        return ChildServer.On(settings, "127.0.0.1", "unshare", "--mount", "sh", "-c", "mount --bind \"$0\" /etc/hosts && RES_OPTIONS='timeout:1 attempts:1' exec \"$@\"", names);
    }
}
