using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LiveComments.Load.Net;

namespace LiveComments.Load.Target;

/// <summary>A server of our own: a child process with a fresh data folder; both are gone when it is disposed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly string _program;
    private readonly IReadOnlyList<string> _configuration;
    private readonly string _data;
    private readonly Certificate? _certificate;
    private readonly Queue<string> _output = [];
    private Process? _process;

    /// <param name="program">Path of the built server.</param>
    /// <param name="configuration">Further <c>--LiveComments:...</c> arguments.</param>
    /// <param name="tls">True to listen with TLS, by a certificate of its own.</param>
    public ServerProcess(string program, IReadOnlyList<string> configuration, bool tls)
    {
        if (!File.Exists(program))
            throw new LoadException($"There is no server at {program}: build it (dotnet build -c Release src/LiveComments.Server) or name it with --server.");
        _program = program;
        _configuration = configuration;
        _data = Directory.CreateTempSubdirectory("livecomments-load-").FullName;
        Url = new Uri($"{(tls ? "https" : "http")}://127.0.0.1:{FreePort()}");
        if (!tls)
            return;
        _certificate = new Certificate(_data);
        _configuration = [.. configuration, $"--Kestrel:Certificates:Default:Path={_certificate.Path}", $"--Kestrel:Certificates:Default:KeyPath={_certificate.KeyPath}"];
        Tls = new TlsContext(_certificate.Path);
    }

    public int Id => _process!.Id;

    public Uri Url { get; }

    /// <summary>How to speak TLS with it; null without.</summary>
    public TlsContext? Tls { get; }

    /// <summary>Bytes of the database with its write-ahead log.</summary>
    public long DatabaseSize => Directory.EnumerateFiles(_data, "*.db*").Sum(file => new FileInfo(file).Length);

    /// <summary>Starts it with its limits off and waits until it is ready.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        _process?.Dispose();
        _process = Process.Start(Arguments(["--urls", Url.ToString(), "--data", _data, "--LiveComments:Limits:Enabled=false", .. _configuration]))!;
        _process.OutputDataReceived += (_, line) => Remember(line.Data);
        _process.ErrorDataReceived += (_, line) => Remember(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var client = Client();
        client.Timeout = TimeSpan.FromSeconds(5);
        for (var deadline = Stopwatch.StartNew(); ; await Task.Delay(50, ct))
        {
            ThrowIfEnded();
            try
            {
                using var answer = await client.GetAsync("/healthz/ready", ct);
                if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                    return;
            }
            catch (HttpRequestException) when (deadline.Elapsed < TimeSpan.FromSeconds(60))
            {
            }
            if (deadline.Elapsed > TimeSpan.FromSeconds(60))
                throw new LoadException($"The server is not ready after 60 s:{Environment.NewLine}{Output}");
        }
    }

    /// <summary>A client for single requests.</summary>
    public HttpClient Client()
    {
        var handler = new SocketsHttpHandler();
        if (_certificate is { } own)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => own.Is(certificate as System.Security.Cryptography.X509Certificates.X509Certificate2);
        return new HttpClient(handler) { BaseAddress = Url };
    }

    /// <exception cref="LoadException">It has ended by itself; the message is what it last said.</exception>
    public void ThrowIfEnded()
    {
        if (_process!.HasExited)
            throw new LoadException($"The server ended with {_process.ExitCode}:{Environment.NewLine}{Output}");
    }

    /// <summary>What the <c>token</c> command prints.</summary>
    public async Task<string[]> TokensAsync(string role, int count, CancellationToken ct)
    {
        using var process = Process.Start(Arguments(["token", "--role", role, "--count", count.ToString(CultureInfo.InvariantCulture), "--data", _data, .. _configuration]))!;
        var errors = process.StandardError.ReadToEndAsync(ct);
        var output = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        var tokens = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return process.ExitCode == 0 && tokens.Length == count ? tokens : throw new LoadException($"token --count {count} gave {tokens.Length} tokens: {await errors}");
    }

    /// <summary>Ends it as an operator does, so that the database is at rest afterwards.</summary>
    public async Task StopAsync()
    {
        if (_process is null || _process.HasExited)
            return;
        Libc.kill(_process.Id, signal: 15);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new LoadException($"The server did not stop within 40 s:{Environment.NewLine}{Output}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        _process?.Dispose();
        Tls?.Dispose();
        _certificate?.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private string Output
    {
        get
        {
            lock (_output)
                return string.Join(Environment.NewLine, _output);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private ProcessStartInfo Arguments(IReadOnlyList<string> arguments) =>
        new("dotnet", [_program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };

    private void Remember(string? line)
    {
        if (line is null)
            return;
        lock (_output)
        {
            _output.Enqueue(line);
            if (_output.Count > 40)
                _output.Dequeue();
        }
    }
}
