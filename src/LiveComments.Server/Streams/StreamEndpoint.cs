using System.IO.Pipelines;
using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Feeds;
using LiveComments.Moderation;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Server.Health;
using LiveComments.Server.Http;
using LiveComments.Server.Sockets;
using LiveComments.Viewers;
using LiveComments.Wire;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Streams;

/// <summary><c>GET /live/{videoID}/comments/stream</c>: WebSocket or SSE by what the client asks for.</summary>
internal sealed class StreamEndpoint(
    EventFeeds feeds, EventDirectory events, Joins joins, StreamTickets tickets, SocketSessions sockets, SessionChecks sessions, AddressLimits addresses, NetworkBlocks blocks, Localities localities, Readiness readiness, IOptions<StreamOptions> options, TimeProvider time)
{
    /// <summary>
    /// How long an <c>EventSource</c> waits before it reconnects, as Chromium does by default. It keeps the last <c>retry:</c> value, so after a stopping server's longer one it would wait
    /// that long after every later disconnect.
    /// </summary>
    private static readonly TimeSpan UsualRetry = TimeSpan.FromSeconds(3);

    private static readonly StreamPipeReaderOptions ZeroByteReads = new(useZeroByteReads: true);

    /// <summary>Time for somebody to leave.</summary>
    private static readonly TimeSpan WhenSomebodyLeaves = TimeSpan.FromSeconds(10);

    private readonly StreamOptions _options = options.Value;

    public async Task<IResult> HandleAsync(string videoID, HttpContext context)
    {
        var request = context.Request;
        if (WebSocketHandshake.MethodFault(context) is { } refused)
            return refused;
        var asked = HttpMethods.IsHead(request.Method);
        var socket = !asked && WebSocketOffer.IsMadeBy(context);
        if (!socket && !AcceptsEventStream(request))
            return Problem.Of(Error.NotAcceptable);
        if (socket && WebSocketHandshake.Fault(context) is { } fault)
            return fault;
        if (StreamStart.Read(request, feeds.FanOut.Options.AllowUnsampled, out var start) is { } invalid)
            return invalid;

        // Before anything that costs more than a look-up in memory.
        if (!addresses.TryOpenStream(context.Connection.RemoteIpAddress, out var ofAddress))
            return Problem.Of(Error.RateLimited, "Your address or network has as many streams open as it may; close some.", WhenSomebodyLeaves);
        var place = new StreamPlace(ofAddress, context.Connection.RemoteIpAddress, localities.Said(context));
        var goesOn = false;
        try
        {
            var caller = context.Caller();
            if (request.Query["ticket"] is { Count: > 0 } ticket && (caller = asked ? tickets.Find(ticket.ToString()) : tickets.Redeem(ticket.ToString())) is null)
                return Problem.Of(Error.InvalidTicket);
            // A browser's WebSocket cannot send headers; for a private event it uses a ticket.
            if (await events.FindAsync(videoID, context.RequestAborted) is not { } liveEvent || await events.RoleAsync(liveEvent, caller, context.RequestAborted) is not { } role)
                return Problem.Of(Error.EventNotFound);
            if (readiness.IsDraining)
                return Problem.Of(Error.Draining);
            if (feeds.FanOut.Connections.Count >= _options.MaxConnections)
                return Problem.Of(Error.Busy);
            if (asked)
            {
                WriteHead(context.Response.Headers);
                return Results.Empty;
            }

            place.Most = liveEvent.Settings.MaxParticipants;
            if (await EnterAsync(liveEvent, place, await events.SeatClaimAsync(liveEvent.Id, caller, role, context.RequestAborted)) is not { } feed)
                return Problem.Of(Error.EventFull, retryAfter: WhenSomebodyLeaves);
            if (caller is not null)
                joins.Note(liveEvent.Id, caller.UserId);
            if (start.After is { } after && after.Epoch == feed.Epoch && after.Seq > feed.Head.Seq)
                // The client knows a position that this node has not heard of yet.
                await feed.AdvanceAsync(context.RequestAborted);
            if (!socket)
                await ServeEventStreamAsync(context, liveEvent, feed, place, start, caller, role);
            else
            {
                var extension = _options.Compression ? DeflateOffer.Answer(request.Headers.SecWebSocketExtensions) : null;
                var deflates = extension is not null;
                await using var stream = await WebSocketHandshake.AcceptAsync(context, extension);
                if (BareConnection.Of(context) is { } bare)
                {
                    GoOn(bare, deflates, liveEvent, feed, place, start, caller);
                    goesOn = true;
                }
                else
                    await ServeSocketAsync(PipeReader.Create(stream, ZeroByteReads), null, stream, context.Abort, deflates, liveEvent, feed, place, start, caller);
            }
            return Results.Empty;
        }
        finally
        {
            if (!goesOn)
                place.Dispose();
        }
    }

    /// <summary>Serves a socket after its request has ended. Must not capture anything of the request.</summary>
    private void GoOn(BareConnection bare, bool deflates, LiveEvent liveEvent, RoomFeed feed, StreamPlace place, StreamStart start, Caller? caller) => bare.GoOnWith(async () =>
    {
        using (place)
            await ServeSocketAsync(bare.Input, bare.Output, null, bare.Abort, deflates, liveEvent, feed, place, start, caller);
    });

    /// <summary>The feed of an event in which a place is taken; null when there is none.</summary>
    private async ValueTask<RoomFeed?> EnterAsync(LiveEvent liveEvent, StreamPlace place, SeatClaim claim)
    {
        while (true)
        {
            var feed = await feeds.OpenAsync(liveEvent.Id) ?? throw new StoreUnavailableException("The event has no log yet.");
            switch (place.Enter(feed, claim))
            {
                case Admission.Entered:
                    return feed;
                case Admission.Full:
                    return null;
            }
        }
    }

    private async Task ServeSocketAsync(PipeReader input, DirectOutput? direct, Stream? stream, Action cut, bool deflates, LiveEvent liveEvent, RoomFeed feed, StreamPlace place, StreamStart start, Caller? caller)
    {
        var cursor = start.Resolve(feed, feeds.FanOut, out var reset);
        var connection = new WebSocketConnection(feeds.FanOut, feed, cursor, start.Sampled, deflates, input, direct, stream, cut) { Address = place.Address, WasAway = start.Resumes, WritesBy = (direct, direct?.Handle) };
        var session = sockets.Open(connection, liveEvent, cursor, place);
        if (caller is not null)
            connection.Authenticate(caller);
        Open(connection, place);
        try
        {
            Greet(connection, liveEvent, feed, cursor, reset);
            await sockets.ShowOwnAsync(connection, liveEvent.Id, cursor);
            await connection.ReadAsync(session.PaceAsync, session.HandleAsync, session.FlushAsync, time);
        }
        finally
        {
            connection.Detach();
        }
    }

    private async Task ServeEventStreamAsync(HttpContext context, LiveEvent liveEvent, RoomFeed feed, StreamPlace place, StreamStart start, Caller? caller, Role role)
    {
        context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
        WriteHead(context.Response.Headers);
        // Flushed, so that frames written directly come after the head of the response.
        await context.Response.Body.FlushAsync(context.RequestAborted);
        var cursor = start.Resolve(feed, feeds.FanOut, out var reset);
        var direct = BareConnection.Of(context)?.Output;
        var connection = new EventStreamConnection(feeds.FanOut, feed, cursor, start.Sampled, context, direct) { Address = place.Address, WasAway = start.Resumes, WritesBy = (direct, direct?.Handle) };
        if (caller is not null)
            connection.Authenticate(caller);
        await using var gone = context.RequestAborted.Register(connection.Abort);
        Open(connection, place);
        Greet(connection, liveEvent, feed, cursor, reset, retry: context.Request.Headers.ContainsKey("Last-Event-ID") ? UsualRetry : null);
        // As on a WebSocket after auth: the page shows what its reader may do.
        if (caller is not null)
            connection.Send(StreamMessages.Authenticated(caller.UserId, role, caller.ExpiresAt));
        await sockets.ShowOwnAsync(connection, liveEvent.Id, cursor);
        try
        {
            await connection.Ended;
        }
        finally
        {
            connection.Detach();
        }
    }

    private static void WriteHead(IHeaderDictionary headers)
    {
        headers.ContentType = "text/event-stream";
        headers.CacheControl = "no-store";
        headers["X-Accel-Buffering"] = "no"; // nginx would hold the stream back
    }

    private void Open(Connection connection, StreamPlace place)
    {
        connection.Open();
        place.EndsWithSeat(connection);
        if (connection.Caller is { } caller)
            sessions.Recheck(caller);
        // It was joining while the others were closed.
        if (blocks.Find(connection.Address) is not null)
            connection.Close(CloseCode.Blocked, Error.NetworkBlocked.Code);
        // It was joining while the others were sent away.
        if (readiness.IsDraining)
            connection.SendAway(_options.ReconnectSpread);
    }

    private static void Greet(Connection connection, LiveEvent liveEvent, RoomFeed feed, long cursor, string? reset, TimeSpan? retry = null)
    {
        var position = new Position(feed.Epoch, cursor);
        connection.Send(StreamMessages.Hello(position, feed.Head, liveEvent, feed.Viewers, feed.Pinned, feed.Poll, feed.Staged), position, retry: retry);
        if (reset is not null)
            connection.Send(StreamMessages.Reset(reset, position, liveEvent.Id), position);
        connection.Attach();
    }

    private static bool AcceptsEventStream(HttpRequest request) =>
        request.Headers.Accept is not { Count: > 0 } accept
        || accept.Any(value => value!.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) || value.Contains("*/*", StringComparison.Ordinal) || value.Contains("text/*", StringComparison.OrdinalIgnoreCase));
}
