using System.Text.Json;
using LiveComments.Load.Net;
using LiveComments.Load.Protocol;

namespace LiveComments.Load.Posting;

/// <summary>A user's WebSocket: what is posted on it, and what is answered.</summary>
internal sealed class Poster : IStreamListener
{
    /// <summary>Microseconds before a connection that ended is opened again.</summary>
    private const long Patience = 100_000;

    private readonly WebSocketConnection _connection;
    private readonly StreamRequest _request;
    private readonly Action<Poster, Answer, long> _answered;
    private long _openAfter;

    /// <param name="answered">Called for every ack and error, and for every id of an <c>acks</c>.</param>
    public Poster(Loop loop, Endpoint endpoint, string streamPath, string token, Action<Poster, Answer, long> answered)
    {
        _connection = new WebSocketConnection(loop, endpoint, this);
        _request = new StreamRequest(streamPath, token);
        _answered = answered;
    }

    /// <summary>True between <c>hello</c> and the end of the connection: what is sent then is taken.</summary>
    public bool IsReady { get; private set; }

    public bool IsOpen => _connection.IsOpen;

    /// <inheritdoc cref="Connection.Unsent"/>
    public int Unsent => _connection.Unsent;

    /// <summary>True when it is not connected and has waited long enough since its last connection ended.</summary>
    public bool MayOpen(long now) => !_connection.IsOpen && now >= _openAfter;

    /// <summary>How each connection ended that this program did not end.</summary>
    public List<string> Ended { get; } = [];

    public void Open() => _connection.Open(_request);

    public void Send(ReadOnlySpan<byte> message) => _connection.SendText(message);

    public void OnMessage(ReadOnlySpan<byte> message, long now)
    {
        if (Batch.TypeIs(message, "acks"u8))
            OnAcks(message, now);
        else if (Batch.TypeIs(message, "ack"u8) || Batch.TypeIs(message, "error"u8))
            _answered(this, Answer.Read(message), now);
        else if (Batch.TypeIs(message, "hello"u8))
            IsReady = true;
    }

    public void OnEnded(string reason)
    {
        IsReady = false;
        _openAfter = Clock.Now + Patience;
        Ended.Add(reason);
    }

    private void OnAcks(ReadOnlySpan<byte> message, long now)
    {
        var reader = new Utf8JsonReader(message);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("ids"u8))
                for (reader.Read(); reader.Read() && reader.TokenType == JsonTokenType.String;)
                    _answered(this, new Answer(Key.Number(reader.ValueSpan), default, 0, null, 0), now);
            else
                reader.Skip();
        }
    }
}
