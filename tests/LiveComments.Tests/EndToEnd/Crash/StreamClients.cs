using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace LiveComments.Tests.EndToEnd.Crash;

/// <summary>Clients on WebSockets that come back after every death.</summary>
/// <param name="stop">No new comment is begun after this; those under way are still brought to their answers.</param>
internal sealed class StreamClients(CrashLedger ledger, ICrashTarget server, string eventId, CancellationToken stop)
{
    /// <summary>Comments a poster has under way: what a death cuts off in the middle.</summary>
    private const int InFlight = 4;

    /// <summary>Posts, and posts again on the next connection with the same ids what was not answered on the last.</summary>
    public async Task PostAsync(string name, string token)
    {
        var pending = new SortedDictionary<int, bool>();
        var number = 0;
        while (!stop.IsCancellationRequested || pending.Count > 0)
        {
            await OnSocketAsync("", token, async socket =>
            {
                foreach (var again in pending.Keys.ToList())
                    await SendAsync(socket, name, again);
                while (!stop.IsCancellationRequested || pending.Count > 0)
                {
                    while (pending.Count < InFlight && !stop.IsCancellationRequested)
                    {
                        pending.Add(number, true);
                        await SendAsync(socket, name, number++);
                    }
                    if (await ReceiveAsync(socket) is not { } message)
                        return;
                    if (message.GetProperty("type").GetString() == "error")
                        await OnErrorAsync(socket, name, message);
                    if (message.GetProperty("type").GetString() != "ack")
                        continue;
                    var acked = int.Parse(message.GetProperty("id").GetString()!.Split('-')[^1], System.Globalization.CultureInfo.InvariantCulture);
                    if (pending.Remove(acked))
                        ledger.Acked(new AckedComment(Text(name, acked), message.GetProperty("commentID").GetGuid(), HttpClients.Seq(message.GetProperty("position").GetString()!), name, Ordered: false));
                    await Task.Delay(HttpClients.Pause, CancellationToken.None);
                }
            });
        }
    }

    /// <summary>Watches everything from the first entry, resuming where it was cut off, until it has seen a last seq or the deadline has passed.</summary>
    /// <param name="last">The last seq there will be, once it is known.</param>
    /// <param name="viewer">The viewer's number in the ledger.</param>
    /// <param name="stay">How long it stays on a connection at most; null: as long as that lasts.</param>
    public async Task WatchAsync(string token, Task<long> last, CancellationToken deadline, int viewer = 0, TimeSpan? stay = null)
    {
        var random = new Random(viewer);
        string? position = null;
        var done = false;
        while (!done && !deadline.IsCancellationRequested)
        {
            await OnSocketAsync($"?sample=off&after={position ?? "start"}", token, async socket =>
            {
                var until = Stopwatch.StartNew();
                var most = stay * random.NextDouble() ?? TimeSpan.MaxValue;
                while (until.Elapsed < most && !deadline.IsCancellationRequested && !(done = last.IsCompletedSuccessfully && position is not null && HttpClients.Seq(position) >= await last))
                {
                    if (await ReceiveAsync(socket) is not { } message)
                        return;
                    switch (message.GetProperty("type").GetString())
                    {
                        case "hello":
                            position = message.GetProperty("position").GetString()!;
                            break;
                        case "reset":
                            ledger.Surprise($"A viewer at {position} was told to start again: {message}");
                            position = message.GetProperty("position").GetString()!;
                            break;
                        case "batch":
                            if (message.TryGetProperty("skipped", out var skipped) && skipped.GetInt64() > 0)
                                ledger.Surprise($"A viewer who wants everything was spared {skipped} comments.");
                            foreach (var entry in message.GetProperty("entries").EnumerateArray())
                                ledger.Saw(Read(entry), viewer);
                            position = $"{position?.Split(':')[0]}:{message.GetProperty("to").GetInt64()}";
                            break;
                        default:
                            break;
                    }
                }
            });
        }
    }

    private static string Text(string name, int number) => $"{name} writes {number}";

    private static SeenEntry Read(JsonElement entry)
    {
        var seq = entry.GetProperty("seq").GetInt64();
        if (entry.TryGetProperty("comment", out var comment))
            return new SeenEntry(seq, comment.GetProperty("commentID").GetGuid(), comment.GetProperty("commentText").GetString(), null);
        if (entry.TryGetProperty("commentID", out var id))
            return new SeenEntry(seq, id.GetGuid(), null, null);
        var setting = entry.TryGetProperty("settings", out var settings) && settings.TryGetProperty("openBeforeStartMinutes", out var minutes) ? minutes.GetInt32() : (int?)null;
        return new SeenEntry(seq, Guid.Empty, null, setting);
    }

    private async Task OnErrorAsync(WebSocket socket, string name, JsonElement error)
    {
        var code = error.GetProperty("code").GetString()!;
        if (code is not ("busy" or "store-unavailable" or "outcome-unknown" or "draining") || !error.TryGetProperty("id", out var id))
        {
            ledger.Surprise($"{name} was answered {error}");
            return;
        }
        await Task.Delay(30, CancellationToken.None);
        await SendAsync(socket, name, int.Parse(id.GetString()!.Split('-')[^1], System.Globalization.CultureInfo.InvariantCulture));
    }

    private async Task OnSocketAsync(string query, string token, Func<ClientWebSocket, Task> use)
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        socket.Options.Proxy = null;
        try
        {
            await socket.ConnectAsync(new Uri($"ws://{server.Url.Authority}/live/{eventId}/comments/stream{query}"), CancellationToken.None);
            await use(socket);
        }
        catch (Exception e) when (e is WebSocketException or IOException or HttpRequestException or OperationCanceledException)
        {
            await Task.Delay(30, CancellationToken.None);
        }
    }

    private static async Task SendAsync(WebSocket socket, string name, int number) =>
        await socket.SendAsync(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { type = "comment", id = $"{name}-{number}", commentText = Text(name, number) })),
            WebSocketMessageType.Text, true, CancellationToken.None);

    /// <returns>Null when the server closed.</returns>
    private static async Task<JsonElement?> ReceiveAsync(WebSocket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, patience.Token);
            if (received.MessageType == WebSocketMessageType.Close)
                return null;
            message.Write(buffer, 0, received.Count);
            if (received.EndOfMessage)
                return JsonElement.Parse(message.GetBuffer().AsSpan(0, (int)message.Length));
        }
    }
}
