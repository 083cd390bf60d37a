using System.Text.Json;
using System.Text.RegularExpressions;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Commands;

public sealed partial class DemoCommandTests
{
    [Fact]
    public async Task Its_help_names_its_own_data_folder_and_not_a_server_s()
    {
        var help = (await ServerProcess.RunAsync("demo", "--help")).Output;
        Assert.Single(Regex.Matches(help, "--data <DIR>"));
        Assert.Contains("[default: a temporary folder that is deleted at the end]", help, StringComparison.Ordinal);
        Assert.DoesNotContain("./data", help, StringComparison.Ordinal);
        foreach (var command in new[] { "serve", "token", "backup", "export" })
            Assert.Contains("[default: the setting LiveComments:Data, or ./data]", (await ServerProcess.RunAsync(command, "--help")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_chat_in_the_demo_until_it_is_interrupted_and_then_its_folder_is_gone()
    {
        await using var demo = ServerProcess.Start("demo", "--urls", "http://127.0.0.1:0");
        await Http.EventuallyAsync(() => Task.FromResult(demo.Output.Contains("Stop ", StringComparison.Ordinal)), "the demo runs");
        var folder = Printed(demo, "Data folder");
        Assert.True(Directory.Exists(folder), demo.Output);
        using var client = new HttpClient { BaseAddress = new Uri(Printed(demo, "Address")) };

        var live = await client.CallAsync("GET", "/events/demo");
        Assert.Equal("live", live.Text("status"));
        Assert.Equal($"{client.BaseAddress}live/demo", Printed(demo, "Open"));
        var before = await IdsAsync(client);
        Assert.NotEmpty(before);
        await Http.EventuallyAsync(async () => (await IdsAsync(client)).Except(before).Any(), "somebody writes");

        Assert.Equal("ended", (await client.CallAsync("GET", "/events/demo-recording")).Text("status"));
        var replay = await client.CallAsync("GET", "/live/demo-recording/replay");
        Assert.InRange(replay.GetProperty("durationMs").GetInt64(), 300_000, 330_000);
        var segment = await client.CallAsync("GET", "/live/demo-recording/replay/2");
        Assert.NotEmpty(segment.GetProperty("comments").EnumerateArray());
        Assert.All(segment.GetProperty("comments").EnumerateArray(), comment => Assert.InRange(comment.GetProperty("offsetMs").GetInt64(), 60_000, 89_999));

        var login = await client.CallAsync("POST", "/auth/login", JsonSerializer.Serialize(new { username = "host", password = Password().Match(demo.Output).Groups[1].Value }));
        client.DefaultRequestHeaders.Authorization = new("Bearer", login.Text("token"));
        Assert.Equal("ended", (await client.CallAsync("POST", "/events/demo/end")).Text("status"));

        Assert.Equal(0, await demo.InterruptAsync());
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task A_demo_writes_into_no_folder_that_has_something_in_it()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.At("mine"), "x");
        var (exitCode, _, error) = await ServerProcess.RunAsync("demo", "--data", folder.Path);
        Assert.Equal(2, exitCode);
        Assert.Contains("is not empty", error, StringComparison.Ordinal);
        Assert.Equal(["mine"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_folder_that_is_named_stays()
    {
        using var folder = new TemporaryFolder();
        await using (var demo = ServerProcess.Start("demo", "--urls", "http://127.0.0.1:0", "--data", folder.At("demo")))
        {
            await Http.EventuallyAsync(() => Task.FromResult(demo.Output.Contains("Stop ", StringComparison.Ordinal)), "the demo runs");
            Assert.Equal(0, await demo.StopAsync());
        }
        // Nothing of a demo runs where its data is served: what was written last stays last.
        await using var server = await ServerProcess.StartAsync(folder.At("demo"));
        using var client = new HttpClient { BaseAddress = server.Address };
        Assert.Equal("live", (await client.CallAsync("GET", "/events/demo")).Text("status"));
        var before = await IdsAsync(client);
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.Equal(before, await IdsAsync(client));
    }

    private static async Task<List<string>> IdsAsync(HttpClient client) =>
        [.. (await client.CallAsync("GET", "/live/demo/comments?limit=10")).EnumerateArray().Select(comment => comment.Text("commentID")!)];

    private static string Printed(ServerProcess demo, string name) =>
        demo.Output.Split('\n').Select(line => line.Trim()).Single(line => line.StartsWith(name + " ", StringComparison.Ordinal))[name.Length..].Trim().Split(' ')[0];

    [GeneratedRegex("password ([a-z0-9]+)")]
    private static partial Regex Password();
}
