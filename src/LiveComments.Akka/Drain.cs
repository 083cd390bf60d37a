using System.Threading.Channels;
using Akka;
using Akka.Streams.Dsl;
using Akka.Util;

namespace LiveComments.Akka;

/// <summary>Bounded queues as the sources of streams.</summary>
internal static class Drain
{
    /// <summary>Everything that waits in a queue, as one element whenever the stream asks for the next.</summary>
    /// <param name="batch">What one element holds at most.</param>
    /// <param name="ready">Awaited before what waits is taken.</param>
    public static Source<List<T>, NotUsed> From<T>(ChannelReader<T> reader, int batch, Func<ValueTask> ready) =>
        Source.UnfoldAsync(NotUsed.Instance, async state =>
        {
            if (!await reader.WaitToReadAsync())
                return Option<(NotUsed, List<T>)>.None;
            await ready();
            var taken = new List<T>(Math.Min(batch, reader.Count));
            while (taken.Count < batch && reader.TryRead(out var one))
                taken.Add(one);
            return (state, taken);
        });

    /// <summary>Waits for a place in a queue, and writes; false when there was no place in time, or the queue is closed.</summary>
    public static async ValueTask<bool> WriteWithinAsync<T>(this ChannelWriter<T> writer, T item, TimeSpan patience, TimeProvider time)
    {
        if (writer.TryWrite(item))
            return true;
        if (patience <= TimeSpan.Zero)
            return false;
        using var timeout = new CancellationTokenSource(patience, time);
        try
        {
            while (await writer.WaitToWriteAsync(timeout.Token))
                if (writer.TryWrite(item))
                    return true;
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
