using System.Collections.Concurrent;
using System.Text;
using LiveComments.Accounts;
using LiveComments.Telemetry;
using LiveComments.Tests.EndToEnd;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.Server;

public sealed class TraceTests
{
    [Fact]
    public async Task The_steps_of_a_comment_from_its_arrival_to_the_first_frame_go_to_a_collector()
    {
        var received = new ConcurrentQueue<string>();
        await using var collector = await EdgeServer.StartAsync(app => app.MapPost("/v1/traces", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            // Names stand as they are in protocol buffers.
            received.Enqueue(Encoding.Latin1.GetString(body.ToArray()));
            return Results.Bytes([], "application/x-protobuf");
        }));
        await using (var server = await TestServer.StartAsync(null, $"--OTEL_EXPORTER_OTLP_ENDPOINT={collector.BaseAddress}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "--LiveComments:Traces:Share=1"))
        {
            var live = await server.GoLiveAsync();
            await using var viewer = await StreamClient.WebSocketAsync(server, live);
            await viewer.NextAsync("hello");
            using var author = server.As(Role.Viewer);
            await author.CommentAsync(live, "traced");
            await viewer.NextAsync("batch");
        }
        // What is left is sent when the server stops.
        await Http.EventuallyAsync(() => Task.FromResult(!received.IsEmpty), "traces came");
        var all = string.Concat(received);
        Assert.All(["comment", "ingest", "gate", "gather", "append", "show"], step => Assert.Contains(step, all));
        Assert.Contains("placed", all);
    }

    [Fact]
    public async Task Nothing_is_traced_unless_it_is_asked_for()
    {
        await using var server = await TestServer.StartAsync();
        Assert.False(Tracing.IsOn);
    }

    [Fact]
    public async Task Traces_without_a_collector_refuse_the_start() =>
        await Assert.ThrowsAsync<OptionsValidationException>(() => TestServer.StartAsync(null, "--LiveComments:Traces:Share=0.1"));
}
