using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Feeds;
using LiveComments.Ingest;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Server.Http;
using LiveComments.Server.Sockets;
using LiveComments.Wire;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Streams;

/// <summary>What every socket's session works with.</summary>
internal sealed partial class SocketSessions(
    Ingest.Ingest ingest, EventDirectory events, Joins joins, TokenVerifier tokens, SessionChecks sessions, ShadowedComments shadowed, Localities localities, IOptions<StreamOptions> stream, IOptions<LimitsOptions> limitsOptions, TimeProvider time, ILogger<SocketSessions> log)
{
    public Ingest.Ingest Ingest => ingest;

    public EventDirectory Events => events;

    public Joins Joins => joins;

    public TokenVerifier Tokens => tokens;

    public SessionChecks Checks => sessions;

    public Localities Localities => localities;

    public StreamOptions Stream { get; } = stream.Value;

    public LimitsOptions Limits { get; } = limitsOptions.Value;

    public TimeProvider Time => time;

    /// <summary>Logs that handling a message failed because of a server error.</summary>
    public void Failed(Exception e) => LogFailed(log, e);

    /// <param name="begins">The seq after which the stream begins.</param>
    public SocketSession Open(WebSocketConnection connection, LiveEvent liveEvent, long begins, StreamPlace place) => new(this, connection, liveEvent.Id, begins, place);

    /// <summary>Shows the reader of a stream their comments that nobody else sees, from the place on where it begins. What cannot be read now is found by reading comments.</summary>
    public async ValueTask ShowOwnAsync(Connection connection, EventId id, long begins)
    {
        try
        {
            foreach (var comment in await shadowed.OfAsync(id, connection.Caller, begins - 1, long.MaxValue, CancellationToken.None))
                connection.Send(StreamMessages.Own(comment));
        }
        catch (StoreUnavailableException)
        {
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A message on a WebSocket failed")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
