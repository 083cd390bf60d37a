using System.Diagnostics;
using System.Globalization;

namespace LiveComments.Tests.ClickHouse;

/// <summary>
/// The real engine of ClickHouse in a process of the tests' own, behind so much of its HTTP interface as the driver uses (server.js), on a free port of 127.0.0.1. npm brings it into the
/// artifacts folder, 550 MB. It ends with the process of the tests, however that ends.
/// </summary>
public sealed class ClickHouseServer : IAsyncLifetime
{
    private const string Version = "3.4.0";

    /// <summary>Standard input is a pipe from the tests: when it closes, also because they were killed, the server stops. Its id is printed first.</summary>
    private const string UntilInputEnds = "exec 2>/dev/null; node \"$0\" \"$@\" & server=$!; echo $server; read -r _; kill -CONT $server; kill -KILL $server; wait $server";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private static readonly string Modules = Path.Combine(Repository.Root, "artifacts", "chdb", "node_modules");

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = new() { Timeout = Patience };
    private readonly int _port = FreePort.Find();
    private Process? _process;
    private int _id;
    private int _names;

    /// <summary>Why there can be no engine on this machine; null when there can.</summary>
    public static string? Obstacle { get; } = FindObstacle();

    public string Url => $"http://127.0.0.1:{_port}";

    public async Task InitializeAsync()
    {
        if (Obstacle is null)
            await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await EndAsync();
        _client.Dispose();
        _folder.Dispose();
    }

    /// <summary>The name of a database that no other test has.</summary>
    public string NewDatabase() => $"test_{Interlocked.Increment(ref _names)}";

    /// <summary>The settings of a server that uses it.</summary>
    public string[] Settings(string database) => [$"--LiveComments:ClickHouse:Url={Url}", $"--LiveComments:ClickHouse:Database={database}"];

    /// <summary>Asks the engine itself.</summary>
    /// <returns>Lines of values with tabs between them.</returns>
    public async Task<string> AskAsync(string database, string question)
    {
        using var content = new StringContent(question);
        using var answer = await _client.PostAsync(new Uri($"{Url}/?database={database}"), content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return text.TrimEnd('\n');
    }

    /// <summary>Has it refuse everything, or with <paramref name="about"/> only what has this text.</summary>
    /// <param name="done">It does all the same what it was asked, so that only the answer is lost.</param>
    public Task RefuseAsync(string about = "", bool done = false) => FaultAsync($"kind=refuse&about={about}{(done ? "&done" : "")}");

    /// <summary>Has it answer two seconds late.</summary>
    public Task SlowDownAsync() => FaultAsync("kind=slow");

    /// <summary>Ends what <see cref="RefuseAsync"/> or <see cref="SlowDownAsync"/> began.</summary>
    public Task BeWellAsync() => FaultAsync("kind=none");

    /// <summary>Starts it on the data and the port that it had before; returns when it answers.</summary>
    public async Task StartAsync()
    {
        _process = Process.Start(new ProcessStartInfo("sh", ["-c", UntilInputEnds, Path.Combine(Repository.Root, "tests", "LiveComments.Tests", "ClickHouse", "server.js"), Modules, _folder.At("data"), _port.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        _id = int.Parse((await _process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        Assert.Equal("answers", await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience));
    }

    /// <summary>Ends it without a word; its data stay.</summary>
    public async Task KillAsync()
    {
        await SignalAsync("KILL");
        await EndAsync();
    }

    /// <summary>Stops the process where it is.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    private async Task FaultAsync(string query)
    {
        using var answer = await _client.PostAsync(new Uri($"{Url}/fault?{query}"), null);
        answer.EnsureSuccessStatusCode();
    }

    private async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private async Task EndAsync()
    {
        if (_process is null)
            return;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
        _process = null;
    }

    private static string? FindObstacle() =>
        new RequiresFactAttribute("node").Skip ?? NpmPackage.Bring("chdb", "chdb", Version, Path.Combine("chdb", "package.json")).Obstacle;
}
