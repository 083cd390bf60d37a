using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using LiveComments.Accounts;
using LiveComments.Server;
using LiveComments.Server.Auth.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LiveComments.Benchmarks;

/// <summary>
/// What a record from Kafka costs, and one to Kafka: a backlog is produced, then taken by a server that does nothing else, then its log is published. The processor time is this process's alone,
/// which has the server and no producer in these times. At last 2,000 records a second come while no server takes them for a minute, and go on coming while one catches up.
/// </summary>
internal static class KafkaRecords
{
    /// <summary>Records a second.</summary>
    private const int Steady = 2_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var servers, .. var rest] || !int.TryParse(rest is [var given] ? given : "100000", CultureInfo.InvariantCulture, out var records))
        {
            Console.Error.WriteLine("kafka HOST:PORT [RECORDS]");
            return 2;
        }
        var data = Directory.CreateTempSubdirectory("livecomments-").FullName;
        var name = $"benchmark-{Guid.NewGuid():N}";
        var kafka = $"--LiveComments:Kafka:Servers={servers}";
        try
        {
            var live = "";
            await WithServerAsync(data, [], async server => live = await GoLiveAsync(server));
            await ProduceAsync(servers, name, live, records);
            Console.WriteLine("| | records/s | us of CPU a record |\n|---|---|---|");
            await WithServerAsync(data, [kafka, $"--LiveComments:Kafka:In:0:Topic={name}", "--LiveComments:Kafka:In:0:Issuer=benchmark", $"--LiveComments:Kafka:Group={name}"], async server =>
            {
                var log = server.Services.GetRequiredService<IEventLog>();
                var id = new EventId(Guid.Parse(live));
                await MeasureAsync("from Kafka to the committed comment", records, async () => (await log.HeadsAsync([id], default))[id].Position.Seq - 2);
            });
            await WithServerAsync(data, [kafka, $"--LiveComments:Kafka:Out={name}-log"], async _ =>
            {
                using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = servers, GroupId = name }).Build();
                await MeasureAsync("from the log to Kafka", records, () => Task.FromResult(End(consumer, $"{name}-log") - 2));
            });
            await PauseAsync(servers, data);
            return 0;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task WithServerAsync(string data, string[] settings, Func<WebApplication, Task> work)
    {
        await using var app = LiveCommentsServer.Build(new ServerArguments("http://127.0.0.1:0", data, settings, Serves: true), builder => builder.Logging.ClearProviders());
        await app.StartAsync();
        await work(app);
        // A host that is only disposed of leaves its consumer in the group.
        await app.StopAsync();
    }

    private static async Task<string> GoLiveAsync(WebApplication server)
    {
        using var client = new HttpClient { BaseAddress = new Uri(server.Urls.Single()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer",
            server.Services.GetRequiredService<TokenIssuer>().Issue(new UserId(Guid.NewGuid()), Role.Administrator, null, null, TimeSpan.FromHours(1)).Token);
        using var created = await client.PostAsJsonAsync("/events", new { title = "A", eventType = "news", startTime = "2026-01-31T20:00:00Z" });
        var id = JsonDocument.Parse(await created.Content.ReadAsStringAsync()).RootElement.GetProperty("eventID").GetString()!;
        (await client.PostAsync($"/events/{id}/start", null)).EnsureSuccessStatusCode().Dispose();
        return id;
    }

    /// <summary>Comments of a thousand people, each with a key.</summary>
    private static async Task ProduceAsync(string servers, string topic, string live, int records)
    {
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers }).Build())
            await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 1 }, new TopicSpecification { Name = $"{topic}-log", NumPartitions = 1 }, new TopicSpecification { Name = $"{topic}.dead", NumPartitions = 1 }]);
        using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = servers, EnableIdempotence = true, QueueBufferingMaxMessages = records + 1 }).SetLogHandler(static (_, _) => { }).Build();
        for (var i = 0; i < records; i++)
            producer.Produce(topic, new Message<string, byte[]> { Key = live, Value = Record(i) });
        producer.Flush();
    }

    private static async Task MeasureAsync(string what, int records, Func<Task<long>> done)
    {
        // From the first record, so that neither the start nor the joining of the group counts.
        long first;
        while ((first = await done()) <= 0)
            await Task.Delay(5);
        var (clock, used) = (Stopwatch.StartNew(), Used());
        while (await done() < records)
            await Task.Delay(20);
        var counted = records - first;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {counted / clock.Elapsed.TotalSeconds:#,0} | {(Used() - used).TotalMicroseconds / counted:F1} |"));
    }

    /// <summary>How long it takes until everything is stored, after a minute without a consumer.</summary>
    private static async Task PauseAsync(string servers, string data)
    {
        var name = $"benchmark-{Guid.NewGuid():N}";
        string[] settings = [$"--LiveComments:Kafka:Servers={servers}", $"--LiveComments:Kafka:In:0:Topic={name}", "--LiveComments:Kafka:In:0:Issuer=benchmark", $"--LiveComments:Kafka:Group={name}"];
        var live = "";
        await WithServerAsync(data, [], async server => live = await GoLiveAsync(server));
        await ProduceAsync(servers, name, live, 1);
        await WithServerAsync(data, settings, _ => Task.Delay(TimeSpan.FromSeconds(5)));
        using var enough = new CancellationTokenSource();
        var producing = ProduceSteadilyAsync(servers, name, live, enough.Token);
        await Task.Delay(Pause);
        var clock = Stopwatch.StartNew();
        await WithServerAsync(data, settings, async server =>
        {
            using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = servers, GroupId = $"{name}-end" }).Build();
            var waited = End(consumer, name);
            var (log, id) = (server.Services.GetRequiredService<IEventLog>(), new EventId(Guid.Parse(live)));
            // Less than a tenth of a second behind.
            while (End(consumer, name) - ((await log.HeadsAsync([id], default))[id].Position.Seq - 2) > Steady / 10)
                await Task.Delay(20);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nAfter {Pause.TotalSeconds:F0} s without a consumer {waited:#,0} records waited, and {Steady:#,0} a second went on coming: caught up {clock.Elapsed.TotalSeconds:F1} s after a server was started."));
            await enough.CancelAsync();
            await producing;
        });
    }

    private static async Task ProduceSteadilyAsync(string servers, string topic, string live, CancellationToken enough)
    {
        using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = servers, EnableIdempotence = true }).SetLogHandler(static (_, _) => { }).Build();
        var clock = Stopwatch.StartNew();
        for (var i = 1; !enough.IsCancellationRequested; await Task.Delay(10))
            for (; i <= clock.Elapsed.TotalSeconds * Steady; i++)
                producer.Produce(topic, new Message<string, byte[]> { Key = live, Value = Record(i) });
        producer.Flush();
    }

    private static byte[] Record(int i) =>
        JsonSerializer.SerializeToUtf8Bytes(new { version = 1, type = "comment", id = $"k{i}", subject = $"user-{i % 1000}", commentText = $"A comment of the usual length, number {i}" });

    private static long End(IConsumer<Ignore, Ignore> consumer, string topic) => consumer.QueryWatermarkOffsets(new TopicPartition(topic, 0), TimeSpan.FromSeconds(30)).High.Value;

    private static TimeSpan Used() => Process.GetCurrentProcess().TotalProcessorTime;
}
