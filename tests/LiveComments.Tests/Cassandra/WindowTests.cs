using LiveComments.Cassandra.Cql;

namespace LiveComments.Tests.Cassandra;

/// <summary>How many requests a node gets at once.</summary>
public sealed class WindowTests
{
    private readonly FakeTime _time = new();

    [Fact]
    public async Task A_node_that_has_too_much_gets_half_and_later_more_again()
    {
        var window = new Window(100, _time);
        await window.EnterAsync(TimeSpan.FromSeconds(1), default);
        window.Leave(isTooMuch: true);
        Assert.Equal(50, window.Size);
        // What was sent before says it too.
        await window.EnterAsync(TimeSpan.FromSeconds(1), default);
        window.Leave(isTooMuch: true);
        Assert.Equal(50, window.Size);
        for (var i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await window.EnterAsync(TimeSpan.FromSeconds(1), default);
            window.Leave(isTooMuch: true);
        }
        Assert.Equal(8, window.Size);
        for (var i = 0; i < 16 * 92; i++)
        {
            await window.EnterAsync(TimeSpan.FromSeconds(1), default);
            window.Leave(isTooMuch: false);
        }
        Assert.Equal(100, window.Size);
    }

    [Fact]
    public async Task What_comes_beyond_waits_for_its_turn_in_order()
    {
        var window = new Window(2, _time);
        var entered = Enumerable.Range(0, 5).Select(_ => window.EnterAsync(TimeSpan.FromSeconds(1), default)).ToList();
        Assert.Equal([true, true, false, false, false], entered.Select(task => task.IsCompleted));
        window.Leave(isTooMuch: false);
        await entered[2];
        Assert.Equal([true, true, true, false, false], entered.Select(task => task.IsCompleted));
    }

    [Fact]
    public async Task Who_has_waited_too_long_or_finds_too_many_was_not_sent_and_takes_no_place()
    {
        var window = new Window(1, _time);
        await window.EnterAsync(TimeSpan.FromSeconds(1), default);
        var late = window.EnterAsync(TimeSpan.FromSeconds(1), default);
        using var cancelled = new CancellationTokenSource();
        var given = window.EnterAsync(TimeSpan.FromSeconds(10), cancelled.Token);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(CqlFailure.NotSent, (await Assert.ThrowsAsync<CqlException>(() => late)).Failure);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        var waiting = Enumerable.Range(0, 8_190).Select(_ => window.EnterAsync(TimeSpan.FromSeconds(10), default)).ToList();
        Assert.Equal(CqlFailure.NotSent, (await Assert.ThrowsAsync<CqlException>(() => window.EnterAsync(TimeSpan.FromSeconds(10), default))).Failure);
        for (var i = 0; i < waiting.Count; i++)
        {
            window.Leave(isTooMuch: null);
            await waiting[i];
        }
        window.Leave(isTooMuch: null);
        await window.EnterAsync(TimeSpan.FromSeconds(1), default);
    }
}
