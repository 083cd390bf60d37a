using System.Net;
using LiveComments.Accounts;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Server.Health;
using LiveComments.Server.Streams;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.Server.Streams;

public sealed class DrainTests
{
    [Fact]
    public async Task A_server_that_is_told_to_stop_says_so_at_once_and_does_everything_until_balancers_have_moved_on()
    {
        var time = new FakeTime();
        var server = await TestServer.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(time), "--LiveComments:Stream:DrainAfter=00:00:30");
        var live = await server.As(Role.Administrator).CallAsync("POST", "/events", """{"title":"Final","eventType":"sports","startTime":"2026-01-31T20:00:00Z","videoID":"final"}""", HttpStatusCode.Created);
        await server.As(Role.Administrator).CallAsync("POST", "/events/final/start");
        var readiness = server.Services.GetRequiredService<Readiness>();
        var stopping = server.Services.GetServices<IHostedService>().OfType<Drain>().Single().StoppingAsync(CancellationToken.None);

        await ProblemAssert.IsAsync(Error.Draining, await server.Anonymous.GetAsync("/healthz/ready"));
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(stopping.IsCompleted);
        Assert.False(readiness.IsDraining);
        await server.As(Role.Viewer).CallAsync("POST", "/live/final/comments", """{"commentText":"still here"}""", HttpStatusCode.Created);
        using (var stream = await RawStreamAsync())
            Assert.Equal(HttpStatusCode.OK, stream.StatusCode);

        time.Advance(TimeSpan.FromSeconds(1));
        await Http.EventuallyAsync(() => Task.FromResult(readiness.IsDraining), "the server drains");
        await ProblemAssert.IsAsync(Error.Draining, await RawStreamAsync());
        // The host waits for both.
        Assert.Equal(TimeSpan.FromSeconds(30 + 30 + 5), server.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);

        // It waits by this clock, too.
        var stopped = server.DisposeAsync().AsTask();
        await Http.EventuallyAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(30));
            return Task.FromResult(stopped.IsCompleted);
        }, "the server has stopped");
        await stopped;

        Task<HttpResponseMessage> RawStreamAsync() => server.Anonymous.GetAsync($"/live/{live.Text("eventID")}/comments/stream", HttpCompletionOption.ResponseHeadersRead);
    }

    [Fact]
    public async Task A_second_signal_ends_the_wait()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path, "--LiveComments:Stream:DrainAfter=00:30:00");
        using var client = new HttpClient { BaseAddress = server.Address };
        server.AskToStop();
        await Http.EventuallyAsync(async () => (await client.GetAsync("/healthz/ready")).StatusCode == HttpStatusCode.ServiceUnavailable, "the server is not ready any more");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/events")).StatusCode);
        Assert.Equal(143, await server.StopAsync());
    }
}
