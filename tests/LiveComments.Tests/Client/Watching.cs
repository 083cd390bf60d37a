using LiveComments.Client.Streams;

namespace LiveComments.Tests.Client;

/// <summary>Somebody watches with the client package: what they are shown, in order.</summary>
internal sealed class Watching : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly IAsyncEnumerator<StreamMessage> _messages;
    private Task<bool> _next = Task.FromResult(true);

    public Watching(IAsyncEnumerable<StreamMessage> messages) => _messages = messages.GetAsyncEnumerator(_stop.Token);

    /// <summary>The next message.</summary>
    public async Task<StreamMessage> NextAsync()
    {
        _next = _messages.MoveNextAsync().AsTask();
        return await _next.WaitAsync(Patience) ? _messages.Current : throw new InvalidOperationException("Watching has ended.");
    }

    /// <summary>The next message of a type; others are passed over.</summary>
    public async Task<T> NextAsync<T>() where T : StreamMessage
    {
        while (true)
            if (await NextAsync() is T wanted)
                return wanted;
    }

    /// <summary>Entries up to a seq, checked to be gapless and complete; other messages between them are passed over.</summary>
    public async Task<List<LogEntry>> EntriesToAsync(long seq, long after)
    {
        var entries = new List<LogEntry>();
        while (after < seq)
        {
            var batch = await NextAsync<BatchMessage>();
            Assert.Equal((after + 1, 0), (batch.From, batch.Skipped));
            foreach (var entry in batch.Entries)
            {
                Assert.Equal(++after, entry.Seq);
                entries.Add(entry);
            }
            Assert.Equal((after, after), (batch.To, batch.Position.Seq));
        }
        return entries;
    }

    public async ValueTask DisposeAsync()
    {
        // After a time-out it still waits, and what waits cannot be disposed of.
        if (!_next.IsCompleted)
        {
            await _stop.CancelAsync();
            await ((Task)_next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await _messages.DisposeAsync();
        _stop.Dispose();
    }
}
