using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveComments.Kafka.In;

/// <summary>Puts records that are refused for good into a topic of their own, with the reason in headers.</summary>
internal sealed partial class DeadLetters(IOptions<KafkaOptions> options, KafkaMetrics metrics, ILogger<DeadLetters> log) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lazy<IProducer<byte[]?, byte[]>> _producer = new(() =>
        new ProducerBuilder<byte[]?, byte[]>(ClientSettings.Producer(options.Value, Patience)).SetLogHandler((_, message) => ClientSettings.Write(log, message)).Build());

    /// <summary>
    /// Returns when the record is in the topic. While the brokers are away it waits for them. When the topic itself refuses it, the log says where the record stands, and it is left there: a
    /// record that nobody wants must not keep others waiting.
    /// </summary>
    /// <exception cref="OperationCanceledException"/>
    public async Task SendAsync(InRecord record, CancellationToken ct)
    {
        var reason = record.Refusal!;
        var message = new Message<byte[]?, byte[]> { Key = record.Key, Value = record.Value, Headers = Headers(record, reason), Timestamp = record.Timestamp };
        while (true)
            try
            {
                await _producer.Value.ProduceAsync(options.Value.DeadLetters, message, ct);
                break;
            }
            catch (ProduceException<byte[]?, byte[]> e) when (e.Error.Code is ErrorCode.Local_MsgTimedOut or ErrorCode.Local_QueueFull)
            {
                ct.ThrowIfCancellationRequested();
            }
            catch (ProduceException<byte[]?, byte[]> e)
            {
                LogRefused(log, options.Value.DeadLetters, e.Error.Reason, record.Origin.ToString(), reason.Code);
                break;
            }
        metrics.DeadLetter(reason);
    }

    public void Dispose()
    {
        if (_producer.IsValueCreated)
            _producer.Value.Dispose();
    }

    private static Headers Headers(InRecord record, Error reason)
    {
        var headers = new Headers();
        foreach (var header in record.Headers ?? [])
            headers.Add(header.Key, header.GetValueBytes());
        Add("livecomments-reason", reason.Code);
        Add("livecomments-detail", record.Detail ?? reason.Title);
        Add("livecomments-topic", record.Origin.Topic);
        Add("livecomments-partition", record.Origin.Partition.Value.ToString(CultureInfo.InvariantCulture));
        Add("livecomments-offset", record.Origin.Offset.Value.ToString(CultureInfo.InvariantCulture));
        return headers;

        void Add(string name, string value) => headers.Add(name, Encoding.UTF8.GetBytes(value));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The topic {Topic} for dead letters refuses a record ({Reason}): {Origin} is left where it stands, refused with {Error}")]
    private static partial void LogRefused(ILogger log, string topic, string reason, string origin, string error);
}
