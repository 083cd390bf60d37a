using LiveComments.Rooms;

namespace LiveComments.Tests.Rooms;

public sealed class MailboxTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_waits_is_handled_together_in_order_and_never_more_than_a_batch()
    {
        var (gate, batches) = (new TaskCompletionSource(), new List<int[]>());
        await using (var mailbox = new Mailbox<int>(1_000, 10, async batch =>
        {
            lock (batches)
                batches.Add([.. batch]);
            await gate.Task;
        }, Fail))
        {
            for (var i = 0; i < 100; i++)
                Assert.True(mailbox.TryPost(i));
            gate.SetResult();
        }
        Assert.Equal(Enumerable.Range(0, 100), batches.SelectMany(batch => batch));
        Assert.All(batches, batch => Assert.InRange(batch.Length, 1, 10));
        Assert.Equal(10, batches[^2].Length);
    }

    [Fact]
    public async Task A_batch_grows_until_it_may_be_taken()
    {
        var (ready, batches) = (new TaskCompletionSource(), new List<int[]>());
        await using (var mailbox = new Mailbox<int>(100, 10, batch =>
        {
            batches.Add([.. batch]);
            return default;
        }, Fail, () => new ValueTask(ready.Task)))
        {
            for (var i = 0; i < 3; i++)
                Assert.True(mailbox.TryPost(i));
            Assert.Empty(batches);
            ready.SetResult();
        }
        Assert.Equal([0, 1, 2], Assert.Single(batches));
    }

    [Fact]
    public async Task A_full_mailbox_takes_nothing_until_there_is_a_place()
    {
        var gate = new TaskCompletionSource();
        var handled = 0;
        await using var mailbox = new Mailbox<int>(2, 1, async batch =>
        {
            await gate.Task;
            handled += batch.Count;
        }, Fail);
        mailbox.TryPost(0);
        await Until(() => mailbox.Count == 0);
        Assert.True(mailbox.TryPost(1) && mailbox.TryPost(2));
        Assert.False(mailbox.TryPost(3));
        Assert.Equal(2, mailbox.Count);
        var time = new FakeTime();
        var impatient = mailbox.PostAsync(4, TimeSpan.FromSeconds(1), time).AsTask();
        var patient = mailbox.PostAsync(5, TimeSpan.FromSeconds(100), time).AsTask();
        Assert.False(impatient.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(await impatient.WaitAsync(Patience));
        gate.SetResult();
        Assert.True(await patient.WaitAsync(Patience));
        await mailbox.DisposeAsync();
        Assert.Equal(4, handled);
    }

    [Fact]
    public async Task A_closed_mailbox_finishes_what_waits_and_takes_nothing_more()
    {
        var handled = 0;
        var mailbox = new Mailbox<int>(100, 3, async batch =>
        {
            await Task.Yield();
            handled += batch.Count;
        }, Fail);
        for (var i = 0; i < 50; i++)
            mailbox.TryPost(i);
        await mailbox.DisposeAsync();
        Assert.Equal(50, handled);
        Assert.False(mailbox.TryPost(51));
        Assert.False(await mailbox.PostAsync(52, TimeSpan.FromMinutes(1), TimeProvider.System));
    }

    [Fact]
    public async Task A_handler_that_fails_is_reported_and_nothing_is_taken_any_more()
    {
        var fault = new TaskCompletionSource<Exception>();
        await using var mailbox = new Mailbox<int>(10, 10, _ => throw new InvalidDataException("bad"), fault.SetResult);
        Assert.True(mailbox.TryPost(1));
        Assert.IsType<InvalidDataException>(await fault.Task.WaitAsync(Patience));
        Assert.False(mailbox.TryPost(2));
    }

    [Fact]
    public async Task A_mailbox_whose_handler_failed_closes_although_something_waits()
    {
        var (gate, faults) = (new TaskCompletionSource(), 0);
        var mailbox = new Mailbox<int>(10, 1, async _ =>
        {
            await gate.Task;
            throw new InvalidDataException("bad");
        }, _ => faults++);
        Assert.True(mailbox.TryPost(1) && mailbox.TryPost(2));
        gate.SetResult();
        await Task.Run(async () => await mailbox.DisposeAsync()).WaitAsync(Patience);
        Assert.Equal(1, faults);
        Assert.False(mailbox.TryPost(3));
    }

    private static void Fail(Exception e) => throw new InvalidOperationException("The handler failed.", e);

    private static async Task Until(Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience);
            await Task.Delay(1);
        }
    }
}
