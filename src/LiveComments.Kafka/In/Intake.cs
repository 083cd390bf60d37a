using Akka.Streams;
using Confluent.Kafka;
using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Ingest;
using LiveComments.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveComments.Kafka.In;

/// <summary>
/// The door for comments and reactions of external systems. One thread polls Kafka for all partitions of this node, because only it may pause, resume and hand over partitions; each partition is
/// a stream of its own.
/// </summary>
internal sealed partial class Intake(
    IOptions<KafkaOptions> options, IOptions<InTopicsOptions> topics, Ingest.Ingest ingest, IngestMetrics ingestMetrics, EventDirectory events, Profiles profiles, DeadLetters deadLetters, IMaterializer materializer, ProcessFault fault, TimeProvider time, ILogger<Intake> log)
    : IHostedService
{
    /// <summary>How long the polling thread waits for a record, and how often it looks for what else is to do.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100), Busy = TimeSpan.FromMilliseconds(10);

    /// <summary>How long a partition that goes to another node waits for the answers to what was offered: every request is answered in that time.</summary>
    private static readonly TimeSpan HandOver = TimeSpan.FromSeconds(2);

    /// <summary>How long a stopping server waits for the brokers.</summary>
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, InTopicOptions> _topics = topics.Value.In.ToDictionary(topic => topic.Topic, StringComparer.Ordinal);
    private readonly Dictionary<TopicPartition, PartitionIntake> _partitions = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IReadOnlyList<PartitionIntake> _shown = [];
    private volatile bool _stopping;
    private bool _isAnyPaused;
    private bool _failing;

    /// <summary>The partitions that this node has now.</summary>
    public IReadOnlyList<PartitionIntake> Partitions => _shown;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        ingestMetrics.Begin(Doors.Kafka);
        new Thread(Run) { IsBackground = true, Name = "kafka" }.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        // Brokers that are away must not hold up the stop: what was not committed is taken again, and its keys are known.
        await _ended.Task.WaitAsync(HandOver + Goodbye, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Run()
    {
        try
        {
            using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(ClientSettings.Consumer(options.Value))
                .SetLogHandler((_, message) => ClientSettings.Write(log, message))
                .SetPartitionsAssignedHandler((_, partitions) => Assign(partitions))
                .SetPartitionsRevokedHandler((client, partitions) => HandOverTo(client, partitions))
                .SetPartitionsLostHandler((_, partitions) => Lose(partitions))
                .Build();
            consumer.Subscribe(_topics.Keys);
            var looked = time.GetTimestamp();
            while (!_stopping)
            {
                Poll(consumer, _isAnyPaused ? Busy : Quiet);
                if (time.GetElapsedTime(looked) < Busy)
                    continue;
                looked = time.GetTimestamp();
                Resume(consumer);
                Store(consumer, _partitions.Values);
            }
            // Hands over what it has, and says that this node leaves.
            consumer.Close();
        }
        catch (Exception e)
        {
            fault.Raise(e);
        }
        _ended.SetResult();
    }

    private void Poll(IConsumer<byte[]?, byte[]?> consumer, TimeSpan wait)
    {
        try
        {
            if (consumer.Consume(wait) is not { } record)
                return;
            if (_failing)
                LogWorksAgain(log);
            _failing = false;
            if (_partitions.TryGetValue(record.TopicPartition, out var partition) && !partition.Add(new InRecord(record)) && !partition.IsPaused)
            {
                consumer.Pause([record.TopicPartition]);
                partition.IsPaused = _isAnyPaused = true;
            }
        }
        catch (ConsumeException e) when (!e.Error.IsFatal)
        {
            // The client goes on by itself: a topic may appear, a broker come back, an operator grant access.
            if (!_failing)
                LogFails(log, e.Error.Reason);
            _failing = true;
        }
    }

    private void Resume(IConsumer<byte[]?, byte[]?> consumer)
    {
        foreach (var partition in _partitions.Values)
            if (partition.IsPaused && partition.HasRoom())
            {
                consumer.Resume([partition.Partition]);
                partition.IsPaused = false;
            }
        _isAnyPaused = _partitions.Values.Any(partition => partition.IsPaused);
    }

    /// <summary>Hands the client the offsets that it may commit.</summary>
    private static void Store(IConsumer<byte[]?, byte[]?> consumer, IEnumerable<PartitionIntake> partitions)
    {
        foreach (var partition in partitions)
            if (partition.Next is var next && next > partition.Stored)
                try
                {
                    consumer.StoreOffset(new TopicPartitionOffset(partition.Partition, next));
                    partition.Stored = next;
                }
                catch (KafkaException)
                {
                    // The partition was lost a moment ago. Whoever has it takes its records again.
                }
    }

    private void Assign(List<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
            _partitions[partition] = new PartitionIntake(partition, _topics[partition.Topic], ingest, events, profiles, deadLetters, materializer, fault, time);
        _shown = [.. _partitions.Values];
        LogAssigned(log, partitions.Count, _partitions.Count);
    }

    /// <summary>Other nodes get partitions. What is settled is committed by the client as it lets go of them; the rest is taken again there.</summary>
    private void HandOverTo(IConsumer<byte[]?, byte[]?> consumer, List<TopicPartitionOffset> partitions)
    {
        var left = Remove(partitions);
        // This thread is the client's own: while it waits, the partitions stay with this node.
        Task.WaitAll([.. left.Select(partition => partition.Ended)], HandOver);
        Store(consumer, left);
    }

    /// <summary>Another node may have the partitions already, so nothing of them may be committed.</summary>
    private void Lose(List<TopicPartitionOffset> partitions) => Remove(partitions);

    private List<PartitionIntake> Remove(List<TopicPartitionOffset> partitions)
    {
        var left = new List<PartitionIntake>();
        foreach (var partition in partitions)
            if (_partitions.Remove(partition.TopicPartition, out var intake))
            {
                intake.Close();
                left.Add(intake);
            }
        _shown = [.. _partitions.Values];
        LogLeft(log, partitions.Count, _partitions.Count);
        return left;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} partitions come from Kafka to this node, which has {All} now")]
    private static partial void LogAssigned(ILogger log, int count, int all);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} partitions of Kafka leave this node, which has {All} now")]
    private static partial void LogLeft(ILogger log, int count, int all);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka gives no records: {Reason}")]
    private static partial void LogFails(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Kafka gives records again")]
    private static partial void LogWorksAgain(ILogger log);
}
