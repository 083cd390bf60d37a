using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Ingest;
using LiveComments.Server.Auth;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Streams;

/// <summary>What every socket's session works with.</summary>
internal sealed partial class SocketInbox(
    Rooms.Rooms rooms, EventDirectory events, Joins joins, CommentIngest comments, Profiles profiles, UserLimits limits, TokenVerifier tokens, SessionChecks sessions,
    IngestMetrics metrics, IOptions<StreamOptions> stream, IOptions<LimitsOptions> limitsOptions, TimeProvider time, ILogger<SocketInbox> log)
{
    public Rooms.Rooms Rooms => rooms;

    public EventDirectory Events => events;

    public Joins Joins => joins;

    public CommentIngest Comments => comments;

    public Profiles Profiles => profiles;

    public UserLimits UserLimits => limits;

    public TokenVerifier Tokens => tokens;

    public SessionChecks Sessions => sessions;

    public IngestMetrics Metrics => metrics;

    public StreamOptions Stream { get; } = stream.Value;

    public LimitsOptions Limits { get; } = limitsOptions.Value;

    public TimeProvider Time => time;

    /// <summary>A message could not be worked on, for a reason that is nobody's but the server's.</summary>
    public void Failed(Exception e) => LogFailed(log, e);

    public SocketSession Open(WebSocketConnection connection, LiveEvent liveEvent) => new(this, connection, liveEvent.Id);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message on a WebSocket failed")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
