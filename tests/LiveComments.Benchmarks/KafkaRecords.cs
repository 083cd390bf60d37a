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
/// which has the server and no producer in these times. Needs a broker that creates topics by itself.
/// </summary>
internal static class KafkaRecords
{
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
            string live;
            await using (var server = await StartAsync(data))
                live = await GoLiveAsync(server);
            await ProduceAsync(servers, name, live, records);
            Console.WriteLine("| | records/s | us of CPU a record |\n|---|---|---|");
            await using (var server = await StartAsync(data, kafka, $"--LiveComments:Kafka:In:0:Topic={name}", "--LiveComments:Kafka:In:0:Issuer=benchmark", $"--LiveComments:Kafka:Group={name}"))
            {
                var log = server.Services.GetRequiredService<IEventLog>();
                var id = new EventId(Guid.Parse(live));
                await MeasureAsync("from Kafka to the committed comment", records, async () => (await log.HeadsAsync([id], default))[id].Position.Seq - 2);
            }
            await using (await StartAsync(data, kafka, $"--LiveComments:Kafka:Out={name}-log"))
            {
                using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = servers, GroupId = name }).Build();
                await MeasureAsync("from the log to Kafka", records, () => Task.FromResult(Published(consumer, $"{name}-log") - 2));
            }
            return 0;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<WebApplication> StartAsync(string data, params string[] settings)
    {
        var app = LiveCommentsServer.Build(new ServerArguments("http://127.0.0.1:0", data, settings, Serves: true), builder => builder.Logging.ClearProviders());
        await app.StartAsync();
        return app;
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
            producer.Produce(topic, new Message<string, byte[]>
            {
                Key = live,
                Value = JsonSerializer.SerializeToUtf8Bytes(new { version = 1, type = "comment", id = $"k{i}", subject = $"user-{i % 1000}", commentText = $"A comment of the usual length, number {i}" }),
            });
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

    private static long Published(IConsumer<Ignore, Ignore> consumer, string topic) => consumer.QueryWatermarkOffsets(new TopicPartition(topic, 0), TimeSpan.FromSeconds(30)).High.Value;

    private static TimeSpan Used() => Process.GetCurrentProcess().TotalProcessorTime;
}
