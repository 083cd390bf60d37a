using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace LiveComments.Tests.EndToEnd;

/// <summary>The real executable in a process of its own: a server that listens, or one command that ends.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int Sigint = 2, Sigterm = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new(), _error = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _ended;

    private ServerProcess(IEnumerable<string> arguments, string? input = null, params string[] under)
    {
        string[] program = [.. under, "dotnet"];
        var start = new ProcessStartInfo(program[0], program[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = input is not null };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "LiveComments.Server.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Read(line.Data, _output);
        _process.ErrorDataReceived += (_, line) => Read(line.Data, _error);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        if (input is not null)
        {
            _process.StandardInput.WriteLine(input);
            _process.StandardInput.Close();
        }
        _ended = EndAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    public int Id => _process.Id;

    /// <summary>Everything written to standard output so far.</summary>
    public string Output => Text(_output);

    /// <summary>Everything written to standard error so far.</summary>
    public string Error => Text(_error);

    /// <summary>Starts a server on a free port and returns when it has printed its address.</summary>
    /// <param name="settings">Further arguments, such as <c>--LiveComments:Limits:Enabled=false</c>.</param>
    public static Task<ServerProcess> StartAsync(string data, params string[] settings) => StartUnderAsync([], data, settings);

    /// <summary>Starts a server that listens somewhere else.</summary>
    public static Task<ServerProcess> StartAtAsync(string url, string data, params string[] settings) => StartedAsync(new ServerProcess(["--urls", url, "--data", data, .. settings]));

    /// <summary>Starts a server under another program, such as env.</summary>
    public static Task<ServerProcess> StartUnderAsync(string[] under, string data, params string[] settings) =>
        StartedAsync(new ServerProcess(["--urls", "http://127.0.0.1:0", "--data", data, .. settings], null, under));

    private static async Task<ServerProcess> StartedAsync(ServerProcess server)
    {
        try
        {
            server.Address = await server._address.Task.WaitAsync(Patience);
            return server;
        }
        catch (Exception e)
        {
            await server.DisposeAsync();
            throw new InvalidOperationException($"The server did not start.\n{server.Output}\n{server.Error}", e);
        }
    }

    /// <summary>Starts a command that is going to be stopped or killed.</summary>
    public static ServerProcess Start(params string[] arguments) => new(arguments);

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        await using var command = new ServerProcess(arguments);
        return (await command.WaitAsync(), command.Output, command.Error);
    }

    /// <summary>Runs a command that reads a line to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunWithInputAsync(string input, params string[] arguments)
    {
        await using var command = new ServerProcess(arguments, input);
        return (await command.WaitAsync(), command.Output, command.Error);
    }

    /// <summary>Runs a command to its end under another program, such as strace.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunUnderAsync(string[] under, params string[] arguments)
    {
        await using var command = new ServerProcess(arguments, null, under);
        return (await command.WaitAsync(), command.Output, command.Error);
    }

    /// <summary>Asks it to stop with SIGTERM.</summary>
    public void AskToStop() => Signal(Sigterm);

    /// <summary>Asks it to stop with SIGTERM and waits; the exit code.</summary>
    public Task<int> StopAsync() => SignalAsync(Sigterm);

    /// <summary>Interrupts it as Ctrl-C does and waits; the exit code.</summary>
    public Task<int> InterruptAsync() => SignalAsync(Sigint);

    /// <summary>Ends it with SIGKILL: no code of it runs any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _ended.WaitAsync(Patience);
    }

    /// <summary>Waits for its end; the exit code.</summary>
    public async Task<int> WaitAsync()
    {
        await _ended.WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        await _ended;
        _process.Dispose();
    }

    private Task<int> SignalAsync(int signal)
    {
        Signal(signal);
        return WaitAsync();
    }

    private void Signal(int signal)
    {
        if (kill(_process.Id, signal) != 0)
            throw new InvalidOperationException($"Signal {signal} could not be sent to {_process.Id}.");
    }

    private async Task EndAsync()
    {
        await _process.WaitForExitAsync();
        _address.TrySetException(new InvalidOperationException($"It ended with exit code {_process.ExitCode}."));
        // Seen or not, the failure has been handed on.
        _ = _address.Task.Exception;
    }

    private void Read(string? line, StringBuilder text)
    {
        if (line is null)
            return;
        lock (text)
            text.AppendLine(line);
        if (line.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["Address", var first, ..] && first.StartsWith("http", StringComparison.Ordinal))
            _address.TrySetResult(new Uri(first.TrimEnd(',')));
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int pid, int signal);
}
