using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LiveComments.Tests.Deploy;

/// <summary>An alert goes from the server through Prometheus and Alertmanager, with the files of deploy/prometheus, to whoever is to be told.</summary>
public sealed class AlertTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [RequiresFact("prometheus", "prometheus-alertmanager", "promtool")]
    public async Task Somebody_is_told_of_a_server_that_is_gone()
    {
        var told = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var pager = await EdgeServer.StartAsync(app => app.MapPost("/told", async (HttpContext context) =>
        {
            told.TrySetResult((await JsonDocument.ParseAsync(context.Request.Body)).RootElement);
            return Results.Ok();
        }));
        await using var server = await TestServer.StartAsync();
        using var folder = new TemporaryFolder();

        var alertmanager = Assert.Single(Yaml.Read("deploy", "prometheus", "alertmanager.yml"));
        alertmanager["route"]!["group_wait"] = "1s";
        foreach (var receiver in alertmanager["receivers"]!.AsArray())
            if ((string)receiver!["name"]! == "pager")
                receiver["webhook_configs"] = new JsonArray(new JsonObject { ["url"] = new Uri(pager.BaseAddress, "told").ToString() });
        File.WriteAllText(folder.At("alertmanager.yml"), alertmanager.ToJsonString());
        await using var first = await StartAsync(port =>
            ("prometheus-alertmanager", [$"--config.file={folder.At("alertmanager.yml")}", $"--storage.path={folder.At("alertmanager")}", $"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="]));
        var prometheus = Assert.Single(Yaml.Read("deploy", "prometheus", "prometheus.yml"));
        foreach (var interval in (string[])["scrape_interval", "evaluation_interval"])
            prometheus["global"]![interval] = "1s";
        prometheus["alerting"]!["alertmanagers"]![0]!["static_configs"]![0]!["targets"] = new JsonArray(first.Address.Authority);
        prometheus["scrape_configs"]![0]!["static_configs"]![0]!["targets"] = new JsonArray(server.BaseAddress.Authority);
        File.WriteAllText(folder.At("prometheus.yml"), prometheus.ToJsonString());
        // How long each alert waits is tested by promtool.
        File.WriteAllText(folder.At("alerts.yml"), File.ReadAllText(Path.Combine(Repository.Root, "deploy", "prometheus", "alerts.yml")).Replace("for: 1m", "for: 0s", StringComparison.Ordinal));

        await using var second = await StartAsync(port => ("prometheus", [$"--config.file={folder.At("prometheus.yml")}", $"--storage.tsdb.path={folder.At("prometheus")}", $"--web.listen-address=127.0.0.1:{port}"]));
        using var client = new HttpClient { BaseAddress = second.Address };
        await Http.EventuallyAsync(async () => await IsUpAsync(client), "Prometheus reads the server's metrics");
        await server.StopAsync();
        var message = await told.Task.WaitAsync(Patience);
        Assert.Equal("firing", message.GetProperty("status").GetString());
        var alert = message.GetProperty("alerts")[0];
        Assert.Equal(("ServerGone", "page"), (alert.GetProperty("labels").GetProperty("alertname").GetString(), alert.GetProperty("labels").GetProperty("severity").GetString()));
        Assert.Equal($"{server.BaseAddress.Authority} does not answer", alert.GetProperty("annotations").GetProperty("summary").GetString());
    }

    private static async Task<bool> IsUpAsync(HttpClient client)
    {
        var answer = JsonNode.Parse(await client.GetStringAsync("/api/v1/query?query=up"))!;
        return answer["data"]!["result"]!.AsArray() is [var up] && (string)up!["value"]![1]! == "1";
    }

    /// <summary>Starts a program on a port of its own, and returns when it is ready. Somebody else may take a free port first: then it is another one.</summary>
    private static async Task<Running> StartAsync(Func<int, (string Program, string[] Arguments)> command)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var port = FreePort.Find();
            var (program, arguments) = command(port);
            var running = new Running(Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!, new Uri($"http://127.0.0.1:{port}"));
            while (!running.HasExited)
            {
                if (await running.IsReadyAsync())
                    return running;
                if (waited.Elapsed > Patience)
                {
                    await running.DisposeAsync();
                    throw new TimeoutException($"{program} is not ready.");
                }
                await Task.Delay(50);
            }
            await running.DisposeAsync();
            Assert.True(waited.Elapsed < Patience, $"{program} does not start.");
        }
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly Process _process;
        private readonly HttpClient _client;

        public Running(Process process, Uri address)
        {
            (_process, Address, _client) = (process, address, new HttpClient { BaseAddress = address });
            // What it says is read, so that it never waits for a reader.
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        public Uri Address { get; }

        public bool HasExited => _process.HasExited;

        public async Task<bool> IsReadyAsync()
        {
            try
            {
                using var answer = await _client.GetAsync("/-/ready");
                return answer.IsSuccessStatusCode && !HasExited;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        public async ValueTask DisposeAsync()
        {
            _client.Dispose();
            if (!HasExited)
                _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
    }
}
