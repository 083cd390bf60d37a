using System.Diagnostics.Metrics;
using System.Net;
using LiveComments.Accounts;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Telemetry;
using LiveComments.Tests.EndToEnd;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Server;

public sealed class MetricsTests
{
    [Theory]
    [InlineData("text/plain", false)]
    [InlineData("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5", true)]
    public async Task A_strict_reader_reads_every_metric(string accept, bool openMetrics)
    {
        await using var server = await TestServer.StartAsync();
        var meter = server.Services.GetRequiredService<IMeterFactory>().LiveComments();
        meter.CreateCounter<long>("livecomments.test.comments", "{comment}", "Of \"all\"\nkinds \\ here.").Add(3, new KeyValuePair<string, object?>("a.kind", "quote\" back\\slash\nline"));
        meter.CreateHistogram("livecomments.test.wait", "s", "How long.", advice: Metering.Seconds).Record(0.003);
        meter.CreateUpDownCounter<int>("livecomments.test.waiting", "{comment}", "How many.").Add(-2);
        meter.CreateObservableGauge("livecomments.test.size", () => 1.5, "By");
        await server.Anonymous.GetAsync("/nothing");

        var response = await ScrapeAsync(server, accept);
        Assert.Equal(openMetrics ? "application/openmetrics-text" : "text/plain", response.Content.Headers.ContentType?.MediaType);
        var families = PrometheusTextReader.Read(await response.Content.ReadAsStringAsync(), openMetrics);

        var comments = families[openMetrics ? "livecomments_test_comments" : "livecomments_test_comments_total"];
        Assert.Equal(new PrometheusTextReader.Sample("livecomments_test_comments_total", """a_kind="quote\" back\\slash\nline" """.TrimEnd(), 3), Assert.Single(comments.Samples));
        var wait = families["livecomments_test_wait_seconds"];
        Assert.Equal([0, 1], wait.Samples.Where(sample => sample.Labels is "le=\"0.0025\"" or "le=\"0.005\"").Select(sample => sample.Value));
        Assert.Equal(-2, Assert.Single(families["livecomments_test_waiting"].Samples).Value);
        Assert.Equal(1.5, Assert.Single(families["livecomments_test_size_bytes"].Samples).Value);
        Assert.Contains("http_server_request_duration_seconds", families.Keys);
        Assert.Contains("kestrel_active_connections", families.Keys);
        Assert.Contains("dotnet_process_memory_working_set_bytes", families.Keys);
    }

    [Fact]
    public async Task Every_counter_is_there_from_the_start_so_that_its_first_increment_has_a_rate()
    {
        var published = new List<Counter<long>>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument is Counter<long> counter && instrument.Meter.Name == Metering.MeterName)
                    lock (published)
                        published.Add(counter);
            },
        };
        listener.Start();
        await using var server = await TestServer.StartAsync(null,
            "--LiveComments:SignIn:0:Id=company", "--LiveComments:SignIn:0:Authority=https://login.example.org", "--LiveComments:SignIn:0:ClientId=live");
        var families = await FamiliesAsync();
        List<string> counters;
        // Not those of other tests' servers in this process.
        var factory = server.Services.GetRequiredService<IMeterFactory>();
        lock (published)
            counters = [.. published.Where(counter => counter.Meter.Scope == factory).Select(counter => counter.Name.Replace('.', '_') + (counter.Unit == "By" ? "_bytes" : ""))];
        Assert.Contains("livecomments_comments", counters);
        Assert.All(counters, counter => Assert.All(families[$"{counter}_total"].Samples, sample => Assert.Equal(0, sample.Value)));
        Assert.Contains("outcome=\"has-password\",provider=\"company\"", families["livecomments_external_sign_ins_total"].Samples.Select(sample => sample.Labels));

        // What is refused in any way was counted as 0 before.
        var known = families.ToDictionary(family => family.Key, family => family.Value.Samples.Select(sample => sample.Labels).ToHashSet());
        using var administrator = server.As(Role.Administrator);
        var live = (await administrator.CallAsync("POST", "/events", """{"title":"Final","eventType":"sports","startTime":"2026-01-31T20:00:00Z"}""", HttpStatusCode.Created)).Text("eventID")!;
        var comments = $"/live/{live}/comments";
        await administrator.SendAsync("POST", comments, """{"commentText":"too early"}""");
        await administrator.CallAsync("POST", $"/events/{live}/start");
        foreach (var body in (string[])["""{"commentText":"one"}""", """{"commentText":""}""", """{"commentText":"\u0000"}""", $$"""{"commentText":"{{new string('a', 600)}}"}""", $$"""{"commentText":"a","replyToCommentID":"{{Guid.CreateVersion7()}}"}"""])
            await administrator.SendAsync("POST", comments, body);
        await server.As(Role.Viewer).SendAsync("PUT", $"/live/{live}/moderation/pinned", $$"""{"commentID":"{{Guid.CreateVersion7()}}"}""");
        await administrator.SendAsync("DELETE", $"/live/{live}/moderation/pinned");
        await administrator.SendAsync("DELETE", $"/live/{live}/moderation/stage");
        await administrator.SendAsync("POST", comments, """{"commentText":"a","question":true}""");
        await administrator.SendAsync("PATCH", $"/live/{live}/questions/{Guid.CreateVersion7()}", """{"status":"answered"}""");
        await administrator.SendAsync("DELETE", $"{comments}/{Guid.CreateVersion7()}");
        await administrator.SendAsync("POST", "/live/nothing/comments", """{"commentText":"one"}""");
        await administrator.SendAsync("POST", $"{comments}/nothing/reactions", """{"reactionType":"like"}""");
        await administrator.SendAsync("POST", $"{comments}/{Guid.CreateVersion7()}/reactions", """{"reactionType":"like"}""");
        foreach (var (name, family) in await FamiliesAsync())
            if (name.StartsWith("livecomments_", StringComparison.Ordinal) && name.EndsWith("_total", StringComparison.Ordinal))
                Assert.Subset(known[name], family.Samples.Select(sample => sample.Labels).ToHashSet());

        async Task<Dictionary<string, PrometheusTextReader.Family>> FamiliesAsync() =>
            PrometheusTextReader.Read(await (await ScrapeAsync(server, "text/plain")).Content.ReadAsStringAsync(), openMetrics: false).ToDictionary();
    }

    [Fact]
    public async Task A_server_counts_its_own_and_not_what_another_in_the_same_process_does()
    {
        await using var one = await TestServer.StartAsync();
        await using var other = await TestServer.StartAsync();
        one.Services.GetRequiredService<IMeterFactory>().LiveComments().CreateCounter<long>("livecomments.test.own").Add(1);
        other.Services.GetRequiredService<IMeterFactory>().LiveComments().CreateCounter<long>("livecomments.test.own").Add(10);
        using (var ownerless = new Meter(Metering.MeterName))
            ownerless.CreateCounter<long>("livecomments.test.own").Add(100);
        var families = PrometheusTextReader.Read(await (await ScrapeAsync(one, "text/plain")).Content.ReadAsStringAsync(), openMetrics: false);
        Assert.Equal(1, Assert.Single(families["livecomments_test_own_total"].Samples).Value);
    }

    [Fact]
    public async Task Only_this_machine_and_named_readers_may_read_them()
    {
        // The client's address is set as a trusted proxy would.
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Metrics:Readers:0=203.0.113.0/24", "--LiveComments:Proxy:Trusted:0=127.0.0.1");
        Assert.Equal(HttpStatusCode.OK, (await server.Anonymous.GetAsync("/metrics")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await ScrapeAsync(server, "text/plain", forwardedFor: "203.0.113.7")).StatusCode);
        await ProblemAssert.IsAsync(Error.NotFound, await ScrapeAsync(server, "text/plain", forwardedFor: "198.51.100.1"));
    }

    [Fact]
    public async Task What_an_untrusted_proxy_passes_on_is_refused_though_it_comes_from_this_machine()
    {
        await using var server = await TestServer.StartAsync();
        await ProblemAssert.IsAsync(Error.NotFound, await ScrapeAsync(server, "text/plain", forwardedFor: "127.0.0.1"));
    }

    [Fact]
    public async Task Metrics_go_to_a_collector_that_is_configured()
    {
        var path = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var collector = await EdgeServer.StartAsync(app => app.MapPost("/v1/metrics", (HttpContext context) =>
        {
            path.TrySetResult($"{context.Request.ContentType} {context.Request.ContentLength > 0}");
            return Results.Bytes([], "application/x-protobuf");
        }));
        await using (await TestServer.StartAsync(null, $"--OTEL_EXPORTER_OTLP_ENDPOINT={collector.BaseAddress}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"))
        {
        }
        // What is left is sent when the server stops.
        Assert.Equal("application/x-protobuf True", await path.Task.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    private static Task<HttpResponseMessage> ScrapeAsync(TestServer server, string accept, string? forwardedFor = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (forwardedFor is not null)
            request.Headers.Add("X-Forwarded-For", forwardedFor);
        return server.Anonymous.SendAsync(request);
    }
}
