using System.Text.Json;
using LiveComments.Server.Commands;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Commands;

/// <summary><c>cluster</c> beside a server that is alone; of several it says the same about each.</summary>
public sealed class ClusterCommandTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private ServerProcess _server = null!;

    public async Task InitializeAsync() => _server = await ServerProcess.StartAsync(_folder.At("data"), "--LiveComments:Limits:Enabled=false");

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Each_question_is_answered_as_a_table_and_as_JSON()
    {
        Assert.Equal("""
            Address             | Roles               | Status | Reachable | Is
            --------------------+---------------------+--------+-----------+--------------------------
            akka://livecomments | edge, event, ingest | up     | yes       | this node, leader, oldest
            Count: 1 node

            """.ReplaceLineEndings("\n"), (await RunAsync("show")).Output);
        Assert.Equal("akka://livecomments", JsonElement.Parse((await RunAsync("show", "--json")).Output).GetProperty("self").GetString());
        Assert.Contains("akka://livecomments | all   | 0", (await RunAsync("shards")).Output);
        Assert.EndsWith("Count: 0 relays\n", (await RunAsync("relays")).Output);
        Assert.Equal("[]\n", (await RunAsync("relays", "--json")).Output);
    }

    [Fact]
    public async Task An_event_is_found_by_its_alias()
    {
        var (exitCode, token, error) = await ServerProcess.RunAsync("token", "--role", "administrator", "--data", _folder.At("data"));
        Assert.True(exitCode == 0, error);
        using var administrator = new HttpClient { BaseAddress = _server.Address };
        administrator.DefaultRequestHeaders.Authorization = new("Bearer", token.Trim());
        var live = await administrator.GoLiveAsync("""{"title":"A","eventType":"news","startTime":"2026-01-31T20:00:00Z","videoID":"cup-final"}""", "cup-final");
        var lines = (await RunAsync("entity", "cup-final")).Output.Split('\n');
        Assert.StartsWith("Event", lines[0]);
        Assert.StartsWith($"{live} | akka://livecomments | 2", lines[2]);
        Assert.Equal(live, JsonElement.Parse((await RunAsync("entity", live, "--json")).Output).GetProperty("eventID").GetString());
    }

    [Fact]
    public async Task What_cannot_be_done_is_said_in_one_line()
    {
        await RefusedAsync(CommandLine.Refused, "There is no such event.", "entity", "nothing");
        await RefusedAsync(CommandLine.Refused, "There is no member 10.0.0.11:4053", "down", "akka.tcp://livecomments@10.0.0.11:4053");
        await RefusedAsync(CommandLine.Refused, "Did you mean shards?", "shard");
        var (exitCode, _, error) = await ServerProcess.RunAsync("cluster", "show", "--url", "http://127.0.0.1:1");
        Assert.Equal((CommandLine.Failed, true), (exitCode, error.StartsWith("error: http://127.0.0.1:1 cannot be reached: ", StringComparison.Ordinal)));
        (exitCode, _, error) = await ServerProcess.RunAsync("cluster", "show", "--url", "127.0.0.1:5080");
        Assert.Equal((CommandLine.Refused, "error: --url: '127.0.0.1:5080' is not of the form http://host:port.\n"), (exitCode, error));
    }

    [Theory]
    [InlineData("leave")]
    [InlineData("drain")]
    public async Task Leaving_stops_the_server_as_SIGTERM_does(string verb)
    {
        Assert.Contains("akka://livecomments | leaving", (await RunAsync(verb)).Output);
        Assert.Equal(0, await _server.WaitAsync());
    }

    [Fact]
    public async Task The_tail_goes_on_until_it_is_interrupted()
    {
        await using var tail = ServerProcess.Start("cluster", "tail", "--url", _server.Address.ToString());
        await Http.EventuallyAsync(() => Task.FromResult(tail.Output.Contains("Count: 1 node", StringComparison.Ordinal)), "the members are printed");
        Assert.Equal(0, await tail.InterruptAsync());
        Assert.Equal("", tail.Error);
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var result = await ServerProcess.RunAsync(["cluster", .. arguments, "--url", _server.Address.ToString()]);
        Assert.True(result.ExitCode == 0, result.Error);
        return result;
    }

    private async Task RefusedAsync(int expected, string message, params string[] arguments)
    {
        var (exitCode, output, error) = await ServerProcess.RunAsync(["cluster", .. arguments, "--url", _server.Address.ToString()]);
        Assert.Equal((expected, ""), (exitCode, output));
        Assert.StartsWith("error: ", error);
        Assert.Contains(message, error);
    }
}
