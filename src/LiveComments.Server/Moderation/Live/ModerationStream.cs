using System.Net;
using System.Net.WebSockets;
using LiveComments.Accounts;
using LiveComments.Moderation;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Server.Http;
using LiveComments.Server.Sockets;

namespace LiveComments.Server.Moderation.Live;

/// <summary><c>GET /live/{videoID}/moderation/stream</c>: what waits, what is decided and how fast it goes, for moderators; WebSocket or SSE by what the client asks for.</summary>
internal sealed class ModerationStream(Ingest.Ingest ingest, ModerationFeeds feeds, StreamTickets tickets, NetworkBlocks blocks, IHostApplicationLifetime lifetime)
{
    public async Task<IResult> HandleAsync(string videoID, HttpContext context)
    {
        if (WebSocketHandshake.MethodFault(context) is { } refused)
            return refused;
        var asked = HttpMethods.IsHead(context.Request.Method);
        var socket = !asked && WebSocketOffer.IsMadeBy(context);
        if (socket && WebSocketHandshake.Fault(context) is { } fault)
            return fault;
        var caller = context.Caller();
        if (context.Request.Query["ticket"] is { Count: > 0 } ticket && (caller = asked ? tickets.Find(ticket.ToString()) : tickets.Redeem(ticket.ToString())) is null)
            return Problem.Of(Error.InvalidTicket);
        var (moderator, error) = await ingest.ModeratorAsync(videoID, caller, context.RequestAborted);
        if (moderator is null)
            return Problem.Of(error!, error == Error.Forbidden ? "Only moderators of this event do this." : null);
        if (asked)
        {
            WriteHead(context.Response.Headers);
            return Results.Empty;
        }
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        using var watching = feeds.Watch(moderator.Event.Id);
        if (socket)
            await ServeSocketAsync(context, watching, videoID, caller!, over);
        else
            await ServeEventsAsync(context, watching, videoID, caller!, over.Token);
        return Results.Empty;
    }

    private async Task ServeEventsAsync(HttpContext context, ModerationFeeds.Watching watching, string videoId, Caller caller, CancellationToken ct)
    {
        WriteHead(context.Response.Headers);
        await ShowAsync(watching, videoId, caller, context.Connection.RemoteIpAddress, async message =>
        {
            await context.Response.Body.WriteAsync((byte[])[.. "data: "u8, .. message, (byte)'\n', (byte)'\n'], ct);
            await context.Response.Body.FlushAsync(ct);
        }, ct);
    }

    private static void WriteHead(IHeaderDictionary headers)
    {
        headers.ContentType = "text/event-stream";
        headers.CacheControl = "no-store";
        headers["X-Accel-Buffering"] = "no"; // nginx would hold the stream back
    }

    private async Task ServeSocketAsync(HttpContext context, ModerationFeeds.Watching watching, string videoId, Caller caller, CancellationTokenSource over)
    {
        await using var stream = await WebSocketHandshake.AcceptAsync(context, null);
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.FromSeconds(20), KeepAliveTimeout = TimeSpan.FromSeconds(20) });
        var reading = ReadAsync(socket, over);
        await ShowAsync(watching, videoId, caller, context.Connection.RemoteIpAddress, message => new ValueTask(socket.SendAsync(message, WebSocketMessageType.Text, true, over.Token)), over.Token);
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            try
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
            {
            }
        socket.Abort();
        await reading;
    }

    /// <summary>Nothing is expected but the end; what is said is passed over.</summary>
    private static async Task ReadAsync(WebSocket socket, CancellationTokenSource over)
    {
        var buffer = new byte[256];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), over.Token)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
        }
        await over.CancelAsync();
    }

    /// <summary>Shows every view until the connection or the right to see it ends.</summary>
    private async Task ShowAsync(ModerationFeeds.Watching watching, string videoId, Caller caller, IPAddress? address, Func<byte[], ValueTask> send, CancellationToken ct)
    {
        var changes = new ModerationChanges();
        try
        {
            await send("""{"type":"hello"}"""u8.ToArray());
            while (true)
            {
                var view = await watching.NextAsync(changes.Number, ct);
                // Who is no moderator any more, was logged out or comes from a network that is blocked now, sees nothing more.
                if (blocks.Find(address) is not null || (await ingest.ModeratorAsync(videoId, caller, ct)).Moderator is null)
                    return;
                foreach (var message in changes.To(view))
                    await send(message);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or WebSocketException)
        {
        }
        catch (StoreUnavailableException)
        {
            // It is not known whether they still may.
        }
    }
}
