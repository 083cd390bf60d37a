using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace LiveComments.Tests.Deploy;

/// <summary><c>deploy/local</c> with two nodes, while it runs.</summary>
internal sealed partial class LocalNodes : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder;
    private readonly Process _process;

    private LocalNodes(TemporaryFolder folder, Uri address, Process process) => (_folder, Address, _process) = (folder, address, process);

    /// <summary>Where nginx listens.</summary>
    public Uri Address { get; }

    /// <summary>What it printed until it was ready.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>The nodes themselves.</summary>
    public IReadOnlyList<(Uri Address, int Process)> Nodes =>
        [.. Lines.Select(line => NodeRuns().Match(line)).Where(match => match.Success).Select(match => (new Uri($"http://{match.Groups[1].Value}"), int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)))];

    /// <param name="folder">Keeps its data.</param>
    /// <param name="settings">Of every node.</param>
    public static async Task<LocalNodes> StartAsync(TemporaryFolder folder, params (string Key, string Value)[] settings)
    {
        using var patience = new CancellationTokenSource(Patience);
        var port = FreePort.Find();
        var start = StartInfo(
            Path.Combine(Repository.Root, "deploy", "local"), "--nodes", "2", "--port", port.ToString(CultureInfo.InvariantCulture), "--data", folder.Path, "--server", Path.Combine(AppContext.BaseDirectory, "LiveComments.Server.dll"));
        foreach (var (key, value) in settings)
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        var local = new LocalNodes(folder, new Uri($"http://127.0.0.1:{port}/"), Process.Start(start)!);
        while (!local.Lines.Exists(line => line.Contains("Stop ", StringComparison.Ordinal)))
            local.Lines.Add(await local._process.StandardOutput.ReadLineAsync(patience.Token)
                ?? throw new InvalidOperationException(string.Join('\n', local.Lines) + await local._process.StandardError.ReadToEndAsync(patience.Token)));
        return local;
    }

    public static ProcessStartInfo StartInfo(string program, params string[] arguments) => new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

    /// <summary>A client with a token of this role.</summary>
    public async Task<HttpClient> ClientAsync(string role)
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await TokensAsync(role, 1))[0]);
        return client;
    }

    public async Task<string[]> TokensAsync(string role, int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var token = Process.Start(StartInfo(_folder.At("livecomments"), "token", "--role", role, "--count", count.ToString(CultureInfo.InvariantCulture)))!;
        return (await token.StandardOutput.ReadToEndAsync(patience.Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>Makes an event that is live.</summary>
    /// <param name="client">An administrator's.</param>
    public static async Task GoLiveAsync(HttpClient client, string videoId)
    {
        await SucceedAsync(client.PostAsJsonAsync("events", new { title = "Cup final", eventType = "sports", startTime = "2030-06-01T18:00:00Z", videoID = videoId, moderationLevel = "off" }));
        await SucceedAsync(client.PostAsync($"events/{videoId}/start", null));
    }

    public static async Task SucceedAsync(Task<HttpResponseMessage> call)
    {
        using var answer = await call;
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Stops it as Ctrl-C does; its exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        if (!_process.HasExited)
            using (Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
                await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    [GeneratedRegex(@"^Node \d+ runs on (\S+) \(process (\d+)\)$")]
    private static partial Regex NodeRuns();
}
