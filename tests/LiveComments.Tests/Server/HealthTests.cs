using System.Net;
using LiveComments.Server.Health;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Server;

public sealed class HealthTests
{
    [Fact]
    public async Task A_server_that_runs_is_live_and_ready()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal("live\n", await server.Anonymous.GetStringAsync("/healthz/live"));
        Assert.Equal("ready\n", await server.Anonymous.GetStringAsync("/healthz/ready"));
    }

    [Fact]
    public async Task A_server_that_drains_is_live_but_not_ready()
    {
        await using var server = await TestServer.StartAsync();
        server.Services.GetRequiredService<Readiness>().Drain();
        Assert.Equal(HttpStatusCode.OK, (await server.Anonymous.GetAsync("/healthz/live")).StatusCode);
        await ProblemAssert.IsAsync(Error.Draining, await server.Anonymous.GetAsync("/healthz/ready"));
    }

    [Fact]
    public async Task A_server_that_is_asked_from_any_host_answers_probes()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var path in (string[])["/healthz/live", "/healthz/ready"])
        {
            using var probe = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = "livecomments-0.pods" } };
            Assert.Equal(HttpStatusCode.OK, (await server.Anonymous.SendAsync(probe)).StatusCode);
        }
        using var other = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { Host = "rebound.example.org" } };
        await ProblemAssert.IsAsync(Error.HostRefused, await server.Anonymous.SendAsync(other));
    }

    [Fact]
    public async Task A_server_whose_store_does_not_answer_is_live_but_not_ready()
    {
        await using var server = await TestServer.StartAsync();
        await ((IAsyncDisposable)server.Services.GetRequiredService<LiveComments.Sqlite.SqliteDatabase>()).DisposeAsync();
        Assert.Equal(HttpStatusCode.OK, (await server.Anonymous.GetAsync("/healthz/live")).StatusCode);
        await ProblemAssert.IsAsync(Error.StoreUnavailable, await server.Anonymous.GetAsync("/healthz/ready"));
    }
}
