using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using LiveComments.Tests.EndToEnd.Crash;
using Xunit.Abstractions;

namespace LiveComments.Tests.EndToEnd;

/// <summary>
/// A comment survives the loss of power when the disk had it before anybody was told of it. The server runs under strace, and
/// every acknowledgement, over HTTP and over WebSocket, must follow a sync of the file that its comment was written to.
/// </summary>
public sealed class AckFollowsSyncTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _trace = Path.GetTempFileName();

    public void Dispose() => File.Delete(_trace);

    [RequiresTracingFact]
    public async Task Every_acknowledgement_follows_the_sync_of_what_it_acknowledges()
    {
        await using var server = ChildServer.Real(Strace);
        var objections = await ProveAsync(server);
        Assert.Empty(objections);
    }

    [RequiresTracingFact]
    public async Task A_server_that_acknowledges_before_it_commits_is_found_out()
    {
        await using var server = ChildServer.Broken(BrokenHost.Fault.AckBeforeCommit, Strace);
        Assert.NotEmpty(await ProveAsync(server));
    }

    [RequiresTracingFact]
    public async Task A_database_that_does_not_wait_for_the_disk_is_found_out()
    {
        await using var server = ChildServer.Broken(BrokenHost.Fault.SynchronousOff, Strace);
        Assert.NotEmpty(await ProveAsync(server));
    }

    [Fact]
    public void A_sync_that_returned_before_the_socket_was_written_is_the_only_proof()
    {
        var id = Guid.NewGuid();
        const string Write = "7 pwrite64(25</d/x.db-wal>, \"\\0text-1\\1\", 4096, 56) = 4096";
        const string Sync = "7 fdatasync(25</d/x.db-wal>) = 0";
        var tell = $"8 sendmsg(31<socket:[9]>, \"{id}\", 0) = 36";
        Assert.Null(new SyncProof([Write, Sync, tell]).Objection("text-1", id));
        Assert.Null(new SyncProof([Write, "7 fdatasync(25</d/x.db-wal> <unfinished ...>", "8 read(1) = 0", "7 <... fdatasync resumed>) = 0", tell]).Objection("text-1", id));
        Assert.NotNull(new SyncProof([Write, "7 fdatasync(25</d/x.db-wal> <unfinished ...>", tell, "7 <... fdatasync resumed>) = 0"]).Objection("text-1", id));
        Assert.NotNull(new SyncProof([Sync, Write, tell]).Objection("text-1", id));
        Assert.NotNull(new SyncProof([Write, "7 fdatasync(25</d/x.db-wal>) = -1 EIO (Input/output error)", tell]).Objection("text-1", id));
        Assert.NotNull(new SyncProof([Write, "7 fdatasync(25</d/x.db>) = 0", tell]).Objection("text-1", id));
        Assert.NotNull(new SyncProof([Write, Sync]).Objection("text-1", id));
        Assert.NotNull(new SyncProof([Sync, tell]).Objection("text-1", id));
    }

    /// <summary>Strings are long enough for a page of the database; only the calls that matter stop the server.</summary>
    private string[] Strace =>
        ["strace", "-f", "-y", "-s", "9000", "--seccomp-bpf", "-e", "trace=pwrite64,pwritev,write,writev,fsync,fdatasync,sendto,sendmsg,sendmmsg", "-e", "signal=none", "-o", _trace];

    private async Task<List<string>> ProveAsync(ChildServer server)
    {
        await server.StartAsync();
        var administrator = (await server.TokensAsync("administrator", 1))[0];
        var tokens = await server.TokensAsync("viewer", 6);
        var eventId = await ChildServer.GoLiveAsync(server, administrator);
        // Several at a time, so that transactions are shared.
        var acked = (await Task.WhenAll(tokens.Select((token, i) => i % 2 == 0 ? OverHttpAsync(server, eventId, token, i) : OverWebSocketAsync(server, eventId, token, i)))).SelectMany(list => list).ToList();
        await server.KillAsync();

        var proof = new SyncProof(File.ReadLines(_trace));
        var objections = acked.Select(comment => proof.Objection(comment.Text, comment.Id)).OfType<string>().ToList();
        output.WriteLine($"{acked.Count} acknowledgements, {proof.Syncs} syncs of the write-ahead log, {objections.Count} acknowledgements without a sync before them.");
        objections.ForEach(output.WriteLine);
        Assert.Equal(tokens.Length * PerClient, acked.Count);
        return objections;
    }

    private const int PerClient = 15;

    private static async Task<List<(string Text, Guid Id)>> OverHttpAsync(ChildServer server, string eventId, string token, int client)
    {
        using var http = server.Client(token);
        var acked = new List<(string, Guid)>();
        for (var i = 0; i < PerClient; i++)
        {
            var text = Text("http", client, i);
            using var answer = await ChildServer.UntilTakenAsync(() =>
            {
                var request = new HttpRequestMessage(HttpMethod.Post, $"/live/{eventId}/comments") { Content = JsonContent.Create(new { commentText = text }) };
                request.Headers.Add("Idempotency-Key", text);
                return http.SendAsync(request);
            });
            acked.Add((text, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("commentID").GetGuid()));
        }
        return acked;
    }

    private static async Task<List<(string Text, Guid Id)>> OverWebSocketAsync(ChildServer server, string eventId, string token, int client)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        socket.Options.Proxy = null;
        await socket.ConnectAsync(new Uri($"ws://{server.Url.Authority}/live/{eventId}/comments/stream"), patience.Token);
        var acked = new List<(string, Guid)>();
        var buffer = new byte[64 * 1024];
        for (var i = 0; i < PerClient; i++)
        {
            var text = Text("ws", client, i);
            var comment = Encoding.UTF8.GetBytes($$"""{"type":"comment","id":"{{text}}","commentText":"{{text}}"}""");
            await socket.SendAsync(comment, WebSocketMessageType.Text, true, patience.Token);
            while (acked.Count <= i)
            {
                var length = 0;
                WebSocketReceiveResult received;
                do
                {
                    received = await socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), patience.Token);
                    length += received.Count;
                }
                while (!received.EndOfMessage);
                var message = JsonElement.Parse(buffer.AsSpan(0, length));
                if (message.GetProperty("type").GetString() == "error")
                {
                    // A machine so busy that the store is late; the same id is still one comment.
                    Assert.Contains(message.GetProperty("code").GetString(), (string[])["busy", "store-unavailable", "outcome-unknown"]);
                    await socket.SendAsync(comment, WebSocketMessageType.Text, true, patience.Token);
                }
                else if (message.GetProperty("type").GetString() == "ack")
                    acked.Add((text, message.GetProperty("commentID").GetGuid()));
            }
        }
        return acked;
    }

    private static string Text(string door, int client, int number) => $"probe-{door}-{client}-{number}-end";
}
