using LiveComments.Feeds;

namespace LiveComments.Tests.Feeds;

public sealed class SenderTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_is_due_has_its_turn_although_something_is_always_ready()
    {
        var (started, came) = (new TaskCompletionSource(), new TaskCompletionSource());
        var sender = new Sender(0, TimeProvider.System, fault => came.TrySetException(fault));
        var late = new Work(came.SetResult);
        var over = false;
        Work busy = null!;
        busy = new Work(() =>
        {
            if (started.TrySetResult())
                sender.Later(late, sender.Now + TimeProvider.System.TimestampFrequency / 100);
            if (!Volatile.Read(ref over))
                sender.Schedule(busy);
        });
        sender.Start();
        try
        {
            sender.Schedule(busy);
            await came.Task.WaitAsync(Patience);
        }
        finally
        {
            Volatile.Write(ref over, true);
            sender.Stop();
        }
    }

    private sealed class Work(Action run) : ISendWork
    {
        public void Run() => run();
    }
}
