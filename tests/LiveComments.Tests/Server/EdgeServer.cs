using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LiveComments.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LiveComments.Tests.Server;

/// <summary>What every request passes, on real Kestrel, before endpoints of the test's own.</summary>
internal sealed class EdgeServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly WarningLog _log;

    private EdgeServer(WebApplication app, WarningLog log)
    {
        (_app, _log) = (app, log);
        BaseAddress = new Uri(app.Urls.Single());
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } }) { BaseAddress = BaseAddress };
    }

    public HttpClient Client { get; }

    public Uri BaseAddress { get; }

    /// <summary>What was logged as a warning or worse so far.</summary>
    public IReadOnlyList<string> Warnings => [.. _log.Warnings];

    public static Task<EdgeServer> StartAsync(Action<WebApplication> map, params string[] configuration) => StartAsync(map, TimeProvider.System, configuration);

    /// <summary>One that ends TLS itself, with a certificate of its own.</summary>
    public static Task<EdgeServer> StartWithTlsAsync(Action<WebApplication> map, params string[] configuration) => StartAsync(map, TimeProvider.System, configuration, tls: true);

    public static async Task<EdgeServer> StartAsync(Action<WebApplication> map, TimeProvider time, string[] configuration, bool tls = false)
    {
        var builder = WebApplication.CreateSlimBuilder(configuration);
        var log = new WarningLog();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddSingleton(time);
        builder.WebHost.UseUrls(tls ? "https://127.0.0.1:0" : "http://127.0.0.1:0");
        if (tls)
            builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = Certificate()));
        builder.AddHttpEdge();
        var app = builder.Build();
        app.UseHttpEdge();
        app.MapPost("/write", () => "written");
        app.MapGet("/seen", (HttpContext context) => $"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}{context.Request.Path} {context.Connection.RemoteIpAddress}");
        map(app);
        await app.StartAsync();
        return new EdgeServer(app, log);
    }

    /// <summary>Sends a request with these headers.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=live.example.org", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
    }

    private sealed class WarningLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Warnings { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                Warnings.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
