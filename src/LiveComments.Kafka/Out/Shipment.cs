using Confluent.Kafka;

namespace LiveComments.Kafka.Out;

/// <summary>Records that were produced together; done when Kafka has acknowledged all of them, or has failed with the first.</summary>
internal sealed class Shipment(int records)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open = records;

    /// <exception cref="KafkaException"/>
    public Task Done => _done.Task;

    public void Report(DeliveryReport<byte[], byte[]> report)
    {
        if (report.Error.IsError)
            _done.TrySetException(new KafkaException(report.Error));
        else if (Interlocked.Decrement(ref _open) == 0)
            _done.TrySetResult();
    }
}
