using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using LiveComments.Accounts;
using LiveComments.Load.Target;
using LiveComments.Server;
using LiveComments.Server.Auth.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LiveComments.Tests.EndToEnd;

/// <summary>
/// The real server in this process, on a free port of 127.0.0.1, with a data folder of its own that is deleted at the end.
/// Rate limits are off unless a test's configuration says otherwise.
/// </summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly Action<WebApplicationBuilder>? _configure;
    private readonly string[] _configuration;
    private WebApplication _app = null!;
    private Certificate? _certificate;
    private bool _isStopped;

    private TestServer(Action<WebApplicationBuilder>? configure, string[] configuration)
    {
        _configure = configure;
        // Patience: a test of behaviour must not fail because the machine is busy.
        _configuration = ["--LiveComments:Limits:Enabled=false", "--LiveComments:Sqlite:Timeout=00:00:30", "--LiveComments:PostgreSql:Timeout=00:00:30", "--LiveComments:Cassandra:Timeout=00:00:30", "--LiveComments:Engine:MaxWait=00:00:30", "--LiveComments:Requests:Timeout=00:01:00", .. configuration];
    }

    /// <param name="configure">Changes services last, for example the <see cref="TimeProvider"/>.</param>
    /// <param name="configuration">Arguments of the form <c>--LiveComments:Section:Key=value</c>.</param>
    public static async Task<TestServer> StartAsync(Action<WebApplicationBuilder>? configure = null, params string[] configuration)
    {
        var server = new TestServer(configure, configuration);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>The same with TLS of its own, and therefore with HTTP/2. Its certificate is one that only its own clients trust.</summary>
    public static async Task<TestServer> StartWithTlsAsync(params string[] configuration)
    {
        var server = new TestServer(null, configuration);
        server._certificate = new Certificate(server.Data);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>The data folder.</summary>
    public string Data { get; } = Directory.CreateTempSubdirectory("livecomments-").FullName;

    public Uri BaseAddress { get; private set; } = null!;

    /// <summary>The server's own services.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Anonymous calls.</summary>
    public HttpClient Anonymous { get; private set; } = null!;

    /// <summary>Stops the server as SIGTERM does and starts another on the same data folder, at another address.</summary>
    /// <param name="whileDown">What happens between the two.</param>
    public async Task RestartAsync(Action? whileDown = null)
    {
        await StopAsync();
        whileDown?.Invoke();
        await StartAgainAsync();
    }

    /// <summary>A token that this server accepts.</summary>
    /// <param name="moderatorOf">With <see cref="Role.Moderator"/>: the one event, or null for every event.</param>
    public string Token(Role role = Role.Viewer, UserId? user = null, EventId? moderatorOf = null) =>
        Services.GetRequiredService<TokenIssuer>().Issue(user ?? new UserId(Guid.NewGuid()), role, moderatorOf, null, TimeSpan.FromHours(1)).Token;

    /// <summary>Calls with a token of this role, by a person of their own unless one is named.</summary>
    public HttpClient As(Role role, UserId? user = null, EventId? moderatorOf = null) => Client(Token(role, user, moderatorOf));

    /// <summary>The same from an address that the proxy in front of the server, 127.0.0.1, names.</summary>
    public HttpClient From(string address, UserId user, Role role = Role.Viewer)
    {
        var client = As(role, user);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        return client;
    }

    /// <param name="token">Null: anonymous.</param>
    public HttpClient Client(string? token)
    {
        var client = new HttpClient(Handler())
        {
            BaseAddress = BaseAddress,
            Timeout = TimeSpan.FromSeconds(60),
        };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>What a test sees is what the server answered: no proxy, no redirects, no cookies.</summary>
    public SocketsHttpHandler Handler() => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => _certificate?.Is(shown as X509Certificate2) is true },
    };

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _certificate?.Dispose();
        Directory.Delete(Data, recursive: true);
    }

    public async Task StartAgainAsync()
    {
        var words = new LastWords();
        _app = LiveCommentsServer.Build(new ServerArguments(_certificate is null ? "http://127.0.0.1:0" : "https://127.0.0.1:0", Data, Configuration(), Serves: true), builder =>
        {
            builder.Logging.ClearProviders().AddProvider(words);
            _configure?.Invoke(builder);
        });
        try
        {
            await _app.StartAsync();
        }
        catch (OperationCanceledException e)
        {
            throw new InvalidOperationException($"The server stopped while it started: {words}", e);
        }
        _isStopped = false;
        BaseAddress = new Uri(_app.Urls.Single());
        Anonymous = Client(null);
    }

    private string[] Configuration() => _certificate is null
        ? _configuration
        : [.. _configuration, $"--Kestrel:Certificates:Default:Path={_certificate.Path}", $"--Kestrel:Certificates:Default:KeyPath={_certificate.KeyPath}"];

    /// <summary>Stops it as SIGTERM does; once it is stopped, nothing happens.</summary>
    public async Task StopAsync()
    {
        if (_isStopped)
            return;
        _isStopped = true;
        Anonymous.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
