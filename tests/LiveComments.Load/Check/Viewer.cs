using System.Text;
using LiveComments.Load.Net;
using LiveComments.Load.Protocol;

namespace LiveComments.Load.Check;

/// <summary>Somebody who watches an event and keeps account of every seq it was shown.</summary>
internal sealed class Viewer : IStreamListener
{
    /// <summary>Microseconds before a connection that ended is opened again.</summary>
    private const long Patience = 100_000;

    private readonly StreamConnection _connection;
    private readonly string _path;
    private readonly Frames _frames;
    private string? _epoch;
    private long _openAfter;
    private long _wait;
    private long _receivedBefore;

    /// <param name="streamPath"><c>/live/{videoID}/comments/stream</c>.</param>
    /// <param name="sampled">True to watch what the server picks when there is too much to read.</param>
    /// <param name="inflated">To watch over a WebSocket that compresses; null for any other way.</param>
    public Viewer(Loop loop, Endpoint endpoint, string streamPath, bool serverSentEvents, bool sampled, Frames frames, InflatedMessages? inflated = null)
    {
        _path = sampled ? streamPath : streamPath + "?sample=off";
        IsSampled = sampled;
        _frames = frames;
        _connection = serverSentEvents ? new SseConnection(loop, endpoint, this) : new WebSocketConnection(loop, endpoint, this, inflated);
    }

    /// <summary>True when it is content with what the server picks.</summary>
    public bool IsSampled { get; }

    /// <summary>The seq it began after.</summary>
    public long Start { get; private set; }

    /// <summary>The last seq it was shown.</summary>
    public long Cursor { get; private set; }

    /// <summary>True since the <c>hello</c> of the present connection.</summary>
    public bool IsWatching { get; private set; }

    public bool IsOpen => _connection.IsOpen;

    /// <summary>True when it is not connected and has waited long enough since its last connection ended.</summary>
    public bool MayOpen(long now) => !IsOpen && now >= _openAfter;

    /// <summary>Bytes received since the beginning of the stage.</summary>
    public long Received => _connection.Received - _receivedBefore;

    /// <summary>Comments it was shown.</summary>
    public long Delivered { get; private set; }

    /// <summary>Batches they came in.</summary>
    public long Batches { get; private set; }

    /// <summary>Seqs it was shown a second time.</summary>
    public long Repeated { get; private set; }

    /// <summary>Seqs that were passed over without a word.</summary>
    public long Missed { get; private set; }

    /// <summary>Comments the server said it left out, and what lies before the position of a reset.</summary>
    public long Skipped { get; private set; }

    public long Disorder { get; private set; }

    /// <summary>Times the server said that it cannot resume.</summary>
    public int Resets { get; private set; }

    /// <summary>How each connection ended that this program did not end.</summary>
    public List<string> Ended { get; } = [];

    /// <summary>When its last connection ended.</summary>
    public long EndedAt { get; private set; }

    /// <summary>Opens the stream: live from now, or after the last seq it was shown.</summary>
    public void Open(int receiveBuffer = 0)
    {
        IsWatching = false;
        var path = _epoch is null ? _path : $"{_path}{(_path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}after={_epoch}:{Cursor}";
        _connection.Open(new StreamRequest(path, null), receiveBuffer);
    }

    /// <summary>Forgets what it counted: a new stage has its own figures, and begins where it stands.</summary>
    public void Begin()
    {
        (Start, Delivered, Batches, Repeated, Missed, Skipped, Disorder, Resets) = (Cursor, 0, 0, 0, 0, 0, 0, 0);
        _receivedBefore = _connection.Received;
        Ended.Clear();
    }

    /// <summary>Vanishes without a word, as a phone in a tunnel does.</summary>
    public void Vanish()
    {
        IsWatching = false;
        _connection.Close(reset: true);
    }

    /// <inheritdoc cref="Connection.Deafen"/>
    public void Deafen() => _connection.Deafen();

    /// <inheritdoc cref="Connection.Read"/>
    public void Read(int most) => _connection.Read(most);

    public void OnMessage(ReadOnlySpan<byte> message, long now)
    {
        if (Batch.Is(message))
            OnBatch(_frames.Receive(message, now));
        else if (Batch.TypeIs(message, "hello"u8))
            OnHello(Answer.Field(message, "position"u8)!);
        else if (Batch.TypeIs(message, "reset"u8))
            OnReset(Answer.Field(message, "position"u8)!);
        else if (Batch.TypeIs(message, "bye"u8))
            _wait = 1_000 * Answer.Number(message, "reconnectAfterMs"u8);
    }

    public void OnEnded(string reason)
    {
        IsWatching = false;
        EndedAt = Clock.Now;
        _openAfter = EndedAt + Math.Max(Patience, _wait);
        _wait = 0;
        Ended.Add(reason);
    }

    private void OnHello(string position)
    {
        IsWatching = true;
        if (_epoch is null)
            Start = Cursor = SeqOf(position);
        _epoch = position[..position.IndexOf(':', StringComparison.Ordinal)];
    }

    private void OnReset(string position)
    {
        Resets++;
        Skipped += Math.Max(0, SeqOf(position) - Cursor);
        Cursor = Math.Max(Cursor, SeqOf(position));
    }

    private void OnBatch(Frame frame)
    {
        var batch = frame.Batch;
        Missed += Math.Max(0, batch.From - Cursor - 1) + frame.Missing;
        Repeated += Math.Max(0, Math.Min(batch.To, Cursor) - batch.From + 1);
        Cursor = Math.Max(Cursor, batch.To);
        Delivered += frame.Comments;
        Batches++;
        Skipped += batch.Skipped;
        Disorder += frame.Disorder;
    }

    private static long SeqOf(string position) => Answer.SeqOf(Encoding.ASCII.GetBytes(position));
}
