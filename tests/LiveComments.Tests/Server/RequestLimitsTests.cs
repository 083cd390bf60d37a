using System.Net;
using LiveComments.Server.Http;
using Microsoft.AspNetCore.Builder;

namespace LiveComments.Tests.Server;

public sealed class RequestLimitsTests
{
    [Fact]
    public async Task A_request_whose_time_is_up_is_answered()
    {
        await using var server = await EdgeServer.StartAsync(Hanging, "--LiveComments:Requests:Timeout=00:00:00.200");
        await ProblemAssert.IsAsync(Error.Busy, await server.Client.GetAsync("/hang"));
        await ProblemAssert.IsAsync(Error.OutcomeUnknown, await server.Client.PostAsync("/hang", null));
    }

    [Fact]
    public async Task A_stream_has_no_time_limit()
    {
        var released = new TaskCompletionSource();
        await using var server = await EdgeServer.StartAsync(app =>
        {
            app.MapGet("/stream", async (CancellationToken ct) => { await released.Task.WaitAsync(ct); return "streamed"; }).OutsideRequestLimits();
            Hanging(app);
        }, "--LiveComments:Requests:Timeout=00:00:00.200");
        var stream = server.Client.GetStringAsync("/stream");
        await ProblemAssert.IsAsync(Error.Busy, await server.Client.GetAsync("/hang"));
        await ProblemAssert.IsAsync(Error.Busy, await server.Client.GetAsync("/hang"));
        released.SetResult();
        Assert.Equal("streamed", await stream);
    }

    [Fact]
    public async Task Requests_beyond_the_limit_are_told_so_and_probes_are_answered()
    {
        var entered = new SemaphoreSlim(0);
        var released = new TaskCompletionSource();
        await using var server = await EdgeServer.StartAsync(app =>
        {
            app.MapGet("/hold", async () => { entered.Release(); await released.Task; return "held"; });
            app.MapGet("/probe", () => "live").OutsideRequestLimits();
        }, "--LiveComments:Requests:Concurrent=2", "--LiveComments:Requests:Timeout=00:01:00");
        Task<string>[] held = [server.Client.GetStringAsync("/hold"), server.Client.GetStringAsync("/hold")];
        await entered.WaitAsync();
        await entered.WaitAsync();

        await ProblemAssert.IsAsync(Error.Busy, await server.Client.GetAsync("/hold"));
        Assert.Equal("live", await server.Client.GetStringAsync("/probe"));
        released.SetResult();
        Assert.Equal(["held", "held"], await Task.WhenAll(held));
        // Every place is free again, also that of the refused request.
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/hold")).StatusCode);
    }

    [Fact]
    public async Task A_body_beyond_every_limit_is_refused()
    {
        await using var server = await EdgeServer.StartAsync(app => app.MapPost("/read", async (Stream body, CancellationToken ct) => await body.CopyToAsync(Stream.Null, ct)));
        await ProblemAssert.IsAsync(Error.BodyTooLarge, await server.Client.PostAsync("/read", new ByteArrayContent(new byte[65 * 1024])));
    }

    private static void Hanging(WebApplication app) =>
        app.MapMethods("/hang", ["GET", "POST"], async (CancellationToken ct) => { await Task.Delay(Timeout.Infinite, ct); return "late"; });
}
