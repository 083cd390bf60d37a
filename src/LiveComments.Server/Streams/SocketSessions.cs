using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Ingest;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Server.Sockets;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Streams;

/// <summary>What every socket's session works with.</summary>
internal sealed partial class SocketSessions(
    Ingest.Ingest ingest, EventDirectory events, Joins joins, TokenVerifier tokens, SessionChecks sessions, IOptions<StreamOptions> stream, IOptions<LimitsOptions> limitsOptions, TimeProvider time, ILogger<SocketSessions> log)
{
    public Ingest.Ingest Ingest => ingest;

    public EventDirectory Events => events;

    public Joins Joins => joins;

    public TokenVerifier Tokens => tokens;

    public SessionChecks Checks => sessions;

    public StreamOptions Stream { get; } = stream.Value;

    public LimitsOptions Limits { get; } = limitsOptions.Value;

    public TimeProvider Time => time;

    /// <summary>Logs that handling a message failed because of a server error.</summary>
    public void Failed(Exception e) => LogFailed(log, e);

    public SocketSession Open(WebSocketConnection connection, LiveEvent liveEvent, StreamPlace place) => new(this, connection, liveEvent.Id, place);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message on a WebSocket failed")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
