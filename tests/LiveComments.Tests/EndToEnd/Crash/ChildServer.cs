using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace LiveComments.Tests.EndToEnd.Crash;

/// <summary>A server in a process of its own that can be killed and started again on its data folder and port, both its own.</summary>
internal sealed class ChildServer : ICrashTarget, IAsyncDisposable
{
    private readonly string[] _command;
    private readonly Queue<string> _output = [];
    private Process? _process;

    /// <param name="command">The program with its first arguments; <c>--urls</c> and <c>--data</c> are added.</param>
    /// <param name="address">Where it listens.</param>
    private ChildServer(string[] command, string address = "127.0.0.1")
    {
        _command = command;
        Url = new Uri($"http://{address}:{FreePort.Find()}");
    }

    /// <summary>The product as it is run.</summary>
    /// <param name="under">A program that runs it, such as strace, with its arguments.</param>
    public static ChildServer Real(params string[] under) => new([.. under, "dotnet", Built("LiveComments.Server.dll")]);

    /// <summary>The product on another store.</summary>
    /// <param name="address">Where it listens.</param>
    /// <param name="under">A program that runs it, with its arguments.</param>
    public static ChildServer On(string[] settings, string address = "127.0.0.1", params string[] under) => new([.. under, "dotnet", Built("LiveComments.Server.dll")], address) { Settings = settings };

    /// <summary>The product with one promise broken.</summary>
    /// <param name="under">A program that runs it, such as strace, with its arguments.</param>
    public static ChildServer Broken(BrokenHost.Fault fault, params string[] under) => new([.. under, "dotnet", Built("LiveComments.Tests.dll"), fault.ToString()]);

    /// <summary>The product on another store with one promise broken.</summary>
    public static ChildServer BrokenOn(string[] settings, BrokenHost.Fault fault) => new(["dotnet", Built("LiveComments.Tests.dll"), fault.ToString()]) { Settings = settings };

    public Uri Url { get; }

    /// <summary>Arguments of the form <c>--LiveComments:Section:Key=value</c>.</summary>
    public string[] Settings { get; init; } = [];

    public string Data { get; } = Directory.CreateTempSubdirectory("livecomments-crash-").FullName;

    /// <summary>How often it is started at most until it serves. Where a database is slow on a busy machine, a start may fail, and a supervisor repeats it.</summary>
    public int Starts { get; set; } = 1;

    public async Task StartAsync()
    {
        for (var start = 1; !await TryStartAsync(); start++)
            Assert.True(start < Starts, $"The server ended by itself: {Output}");
    }

    /// <returns>False when it ended by itself.</returns>
    private async Task<bool> TryStartAsync()
    {
        var start = new ProcessStartInfo(_command[0], [.. _command[1..], "--urls", Url.ToString(), "--data", Data, "--LiveComments:Limits:Enabled=false", .. Settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Remember(line.Data);
        _process.ErrorDataReceived += (_, line) => Remember(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var client = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(10) };
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(20))
        {
            if (_process.HasExited)
                return false;
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(90), $"The server is not ready: {Output}");
            try
            {
                using var answer = await client.GetAsync("/healthz/ready");
                if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                    return true;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
            }
        }
    }

    /// <summary>Whether its process has ended by itself.</summary>
    public bool HasEnded => _process is { HasExited: true };

    public int ExitCode => _process!.ExitCode;

    /// <summary>Stops the process where it is, until <see cref="Thaw"/>.</summary>
    public void Freeze() => Signal("STOP");

    public void Thaw() => Signal("CONT");

    /// <summary>SIGTERM: it drains and ends.</summary>
    public async Task StopAsync()
    {
        Signal("TERM");
        await _process!.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(_process.ExitCode == 0, $"The server ended with {_process.ExitCode}: {Output}");
        _process.Dispose();
        _process = null;
    }

    /// <summary>Kills it and starts it again.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        await StartAsync();
    }

    /// <summary>SIGKILL: the process gets no chance to do anything.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
            return;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Tokens of as many users, by the product's own command.</summary>
    public async Task<string[]> TokensAsync(string role, int count)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Built("LiveComments.Server.dll"), "token", "--role", role, "--count", $"{count}", "--data", Data, .. Settings]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var tokens = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(count, tokens.Length);
        return tokens;
    }

    /// <summary>Creates an event and starts it.</summary>
    /// <returns>Its id.</returns>
    public static async Task<string> GoLiveAsync(ICrashTarget target, string administrator)
    {
        using var client = target.Client(administrator);
        using var created = await UntilTakenAsync(() => client.PostAsJsonAsync("/events", new { title = "Crash", eventType = "test", startTime = DateTimeOffset.UtcNow }));
        var id = (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("eventID").GetString()!;
        using var started = await UntilTakenAsync(() => client.PostAsync($"/events/{id}/start", null));
        return id;
    }

    /// <summary>Makes a call, again while it is answered 503; it must succeed.</summary>
    public static async Task<HttpResponseMessage> UntilTakenAsync(Func<Task<HttpResponseMessage>> call)
    {
        var answer = await Http.UntilTakenAsync(call);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return answer;
    }

    public HttpClient Client(string token)
    {
        // A connection to a process that was killed tells so at once; the time-out is for one that hangs.
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(20) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(Data, recursive: true);
    }

    /// <summary>The last lines that it wrote.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return string.Join('\n', _output);
        }
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process!.Id}"]);
        kill.WaitForExit();
    }

    private static string Built(string file) => Path.Combine(AppContext.BaseDirectory, file);

    private void Remember(string? line)
    {
        lock (_output)
        {
            _output.Enqueue(line ?? "");
            if (_output.Count > 40)
                _output.Dequeue();
        }
    }
}
