using Confluent.Kafka;
using Confluent.Kafka.Admin;
using LiveComments.Kafka.In;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveComments.Kafka;

/// <summary>Asks the brokers every two seconds whether they are there, and how many records wait for this node.</summary>
/// <param name="intake">Null where this node takes nothing.</param>
internal sealed partial class Brokers(IOptions<KafkaOptions> options, KafkaMetrics metrics, TimeProvider time, ILogger<Brokers> log, Intake? intake = null) : BackgroundService, IExternalHealth
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2), Patience = TimeSpan.FromSeconds(2);

    private volatile Dictionary<string, long> _lag = [];
    private volatile string? _fault;

    public string? Fault => _fault;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (intake is not null)
            metrics.ObserveIn(() => _lag, () => intake.Partitions.Count, () => intake.Partitions.Count(partition => partition.IsPaused));
        using var admin = new AdminClientBuilder(ClientSettings.Common(options.Value)).SetLogHandler((_, message) => ClientSettings.Write(log, message)).Build();
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await admin.DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = Patience });
                if (_fault is not null)
                    LogBack(log);
                _fault = null;
                await MeasureAsync(admin);
            }
            catch (KafkaException e)
            {
                if (_fault is null)
                    LogAway(log, e.Error.Reason);
                _fault = "Kafka does not answer; records from it and for it wait.";
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task MeasureAsync(IAdminClient admin)
    {
        var taken = (intake?.Partitions ?? []).Where(partition => partition.Next >= 0).ToDictionary(partition => partition.Partition, partition => partition.Next);
        if (taken.Count == 0)
        {
            _lag = [];
            return;
        }
        try
        {
            var ends = await admin.ListOffsetsAsync(taken.Keys.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = OffsetSpec.Latest() }),
                new ListOffsetsOptions { RequestTimeout = Patience });
            var lag = new Dictionary<string, long>();
            foreach (var end in ends.ResultInfos)
                if (end.TopicPartitionOffsetError is { Error.IsError: false, Offset.Value: var last, TopicPartition: var partition })
                    lag[partition.Topic] = lag.GetValueOrDefault(partition.Topic) + Math.Max(0, last - taken[partition]);
            _lag = lag;
        }
        catch (KafkaException)
        {
            // What was measured before stays: the next try is in two seconds.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka does not answer: {Reason}. Records from it and for it wait")]
    private static partial void LogAway(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Kafka answers again")]
    private static partial void LogBack(ILogger log);
}
