using LiveComments.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LiveComments.Tests.Server;

/// <summary>What every request passes, on real Kestrel, before endpoints of the test's own.</summary>
internal sealed class EdgeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EdgeServer(WebApplication app)
    {
        _app = app;
        BaseAddress = new Uri(app.Urls.Single());
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = BaseAddress };
    }

    public HttpClient Client { get; }

    public Uri BaseAddress { get; }

    public static async Task<EdgeServer> StartAsync(Action<WebApplication> map, params string[] configuration)
    {
        var builder = WebApplication.CreateSlimBuilder(configuration);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddHttpEdge();
        var app = builder.Build();
        app.UseHttpEdge();
        app.MapPost("/write", () => "written");
        app.MapGet("/seen", (HttpContext context) => $"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}{context.Request.Path} {context.Connection.RemoteIpAddress}");
        map(app);
        await app.StartAsync();
        return new EdgeServer(app);
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
}
