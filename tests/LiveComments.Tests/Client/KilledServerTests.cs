using LiveComments.Client;
using LiveComments.Client.Streams;
using LiveComments.Tests.EndToEnd.Crash;

namespace LiveComments.Tests.Client;

/// <summary>The client package against a server in a process of its own that is killed and stopped under it.</summary>
public sealed class KilledServerTests
{
    /// <summary>The last comment.</summary>
    private const string End = "the end";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Whatever_was_written_is_seen_once_and_in_order_although_the_server_is_killed_and_stopped_under_its_clients()
    {
        await using var server = ChildServer.On(["--LiveComments:Stream:ReconnectSpread=00:00:00.500"]);
        await server.StartAsync();
        var live = await ChildServer.GoLiveAsync(server, (await server.TokensAsync("administrator", 1))[0]);
        var token = (await server.TokensAsync("viewer", 1))[0];
        using var client = new LiveCommentsClient(new LiveCommentsClientOptions
        {
            Server = server.Url,
            Handler = new SocketsHttpHandler { UseProxy = false },
            Token = _ => new ValueTask<string?>(token),
            Patience = Patience,
        });
        using var deadline = new CancellationTokenSource(Patience);
        using var stop = new CancellationTokenSource();
        var written = new List<PostedComment>();
        var watching = WatchAsync();
        var writing = WriteAsync();

        await WrittenAsync(15);
        await server.RestartAsync();
        await WrittenAsync(15);
        await server.StopAsync();
        await server.StartAsync();
        await WrittenAsync(15);
        await stop.CancelAsync();
        await writing;
        var (seen, cuts) = await watching;

        Assert.True(cuts >= 2, $"It was cut off {cuts} times.");
        Assert.Equal(written.Select(comment => comment.Id), seen);
        var stored = new List<Guid>();
        for (var page = await client.ReadPageAsync(live, new CommentQuery { FromStart = true }, deadline.Token); page is not null; page = await client.NextPageAsync(page, deadline.Token))
            stored.AddRange(page.Comments.Select(comment => comment.Id));
        Assert.Equal(seen, stored);

        // One at a time: what was written is in the order of the log then.
        async Task WriteAsync()
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await PostAsync($"comment {i}");
                await Task.Delay(5, CancellationToken.None);
            }
            await PostAsync(End);
        }

        async Task PostAsync(string text)
        {
            var posted = await client.PostAsync(live, text, ct: deadline.Token);
            lock (written)
                written.Add(posted);
        }

        async Task<(List<Guid> Seen, int Cuts)> WatchAsync()
        {
            var (seen, cuts, end) = (new List<Guid>(), 0, 0L);
            await foreach (var message in client.WatchAsync(live, new WatchOptions { FromStart = true, Everything = true }, deadline.Token))
            {
                if (message is DisconnectedMessage)
                    cuts++;
                Assert.IsNotType<ResetMessage>(message);
                if (message is not BatchMessage batch)
                    continue;
                Assert.Equal((end + 1, 0), (batch.From, batch.Skipped));
                end = batch.To;
                var comments = batch.Entries.OfType<CommentEntry>().Select(entry => entry.Comment).ToList();
                seen.AddRange(comments.Select(comment => comment.Id));
                if (comments.Exists(comment => comment.Text == End))
                    return (seen, cuts);
            }
            throw new InvalidOperationException("Watching has ended.");
        }

        async Task WrittenAsync(int more)
        {
            var wanted = Count() + more;
            while (Count() < wanted)
            {
                Assert.False(writing.IsFaulted || watching.IsFaulted, $"{writing.Exception} {watching.Exception}");
                await Task.Delay(20, deadline.Token);
            }
        }

        int Count()
        {
            lock (written)
                return written.Count;
        }
    }
}
