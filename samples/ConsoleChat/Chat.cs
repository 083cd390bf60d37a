using LiveComments.Client;
using LiveComments.Client.Streams;

namespace ConsoleChat;

/// <summary>One event in a terminal.</summary>
internal sealed class Chat(LiveCommentsClient client, string videoId)
{
    /// <summary>The seq up to which everything was shown, and the one at which it is enough.</summary>
    private long _shown, _enough = long.MaxValue;

    /// <param name="lines">What to write; null to watch only.</param>
    public async Task RunAsync(TextReader? lines, CancellationToken stop)
    {
        // The newest comments first; the stream goes on where they end, so nothing is missing between the two.
        var page = await client.ReadPageAsync(videoId, new CommentQuery { Limit = 20 }, stop);
        foreach (var comment in page.Comments)
            Show(comment);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var writing = lines is null ? Task.CompletedTask : WriteAsync(lines, enough);
        try
        {
            await WatchAsync(page.Position, enough.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Everything that was written has been shown.
        }
        await writing;
    }

    private async Task WatchAsync(LogPosition? after, CancellationToken ct)
    {
        await foreach (var message in client.WatchAsync(videoId, new WatchOptions { After = after }, ct))
            switch (message)
            {
                case HelloMessage hello:
                    Console.WriteLine($"-- {hello.Event.Title}: {hello.Event.Status}, {hello.Viewers} watching");
                    break;
                case BatchMessage batch:
                    foreach (var entry in batch.Entries)
                        if (entry is StatusEntry { Status: "ended" })
                            return;
                        else
                            Show(entry);
                    if (batch.Skipped > 0)
                        Console.WriteLine($"-- {batch.Skipped} comments more");
                    Interlocked.Exchange(ref _shown, batch.To);
                    if (batch.To >= Interlocked.Read(ref _enough))
                        return;
                    break;
                case ResetMessage:
                    Console.WriteLine("-- too much was missed to show it all; the newest:");
                    foreach (var comment in (await client.ReadPageAsync(videoId, new CommentQuery { Limit = 20 }, ct)).Comments)
                        Show(comment);
                    break;
                case DisconnectedMessage cut:
                    Console.WriteLine($"-- disconnected ({cut.Code}), back in {cut.ComesBackIn.TotalSeconds:F1} s");
                    break;
            }
    }

    private async Task WriteAsync(TextReader lines, CancellationTokenSource enough)
    {
        try
        {
            var last = 0L;
            while (await lines.ReadLineAsync(enough.Token) is { } line)
                if (line.Trim().Length > 0)
                    try
                    {
                        last = (await client.PostAsync(videoId, line, ct: enough.Token)).Position?.Seq ?? last;
                    }
                    catch (LiveCommentsException refused)
                    {
                        Console.Error.WriteLine($"Not written: {line}: {refused.Message} ({refused.Code})");
                    }
            Interlocked.Exchange(ref _enough, last);
            if (Interlocked.Read(ref _shown) >= last)
                await enough.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // The event has ended, or somebody pressed Ctrl-C.
        }
    }

    private static void Show(LogEntry entry)
    {
        switch (entry)
        {
            case CommentEntry { Comment: var comment }:
                Show(comment);
                break;
            case RestoredEntry { Comment: var comment }:
                Show(comment);
                break;
            case RemovedEntry removed:
                Console.WriteLine($"-- comment {removed.CommentId} was deleted");
                break;
            case StatusEntry { Status: var status }:
                Console.WriteLine($"-- the event is {status}");
                break;
        }
    }

    private static void Show(LiveComment comment) => Console.WriteLine($"{comment.Timestamp:HH:mm:ss} {comment.DisplayName}: {comment.Text}");
}
