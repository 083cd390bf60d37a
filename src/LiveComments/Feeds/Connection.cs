using System.Net;
using LiveComments.Accounts;
using LiveComments.Clocks;
using LiveComments.Wire;

namespace LiveComments.Feeds;

/// <summary>
/// One viewer's socket on this node: a cursor into a feed, not a queue. Whoever has something to send calls <see cref="Pump"/>; at most one
/// write is under way, and when it ends the connection goes on from its cursor.
/// </summary>
internal abstract class Connection : ISendWork
{
    /// <summary>Bytes of personal frames (acks, mentions, pongs) that may wait. A client that does not read its answers is not read either.</summary>
    public const int MaxPersonal = 64 * 1024;

    /// <summary>A viewer who does not take this much of a frame within <see cref="FeedOptions.SlowAfter"/> is slow: 256 KiB in 10 s. Longer frames are rare, and a frame sent at once costs
    /// less.</summary>
    private const int Piece = 256 * 1024;

    private readonly FanOut _fanOut;
    private readonly RoomFeed _feed;
    private readonly SenderGroup _group;

    // Only the one that holds _writing moves it.
    private FeedCursor _cursor;
    private PersonalFrames _personal = new();
    private Caller? _caller;
    private int _writing;
    private int _scheduled;
    private int _attached;
    private int _sentAway;
    private bool _away;

    // When the write under way began, or its last piece: a timestamp.
    private long _writingSince = long.MaxValue;
    private volatile bool _closing;
    private int _changed;
    private volatile bool _closed;
    private long _closeBy = long.MaxValue;

    /// <param name="cursor">The last seq this viewer has; sending starts after it.</param>
    /// <param name="sampled">False to be shown every comment of a room that is too fast to read.</param>
    protected Connection(FanOut fanOut, RoomFeed feed, Framing framing, long cursor, bool sampled)
    {
        _fanOut = fanOut;
        _feed = feed;
        _group = feed.GroupFor();
        Framing = framing;
        _cursor = new FeedCursor(feed, cursor, sampled);
        HeardAt = fanOut.Time.GetTimestamp();
        Number = fanOut.NextNumber();
    }

    public long Number { get; }

    public Framing Framing { get; }

    public RoomFeed Feed => _feed;

    /// <summary>Who it speaks for; null for an anonymous viewer.</summary>
    public Caller? Caller => Volatile.Read(ref _caller);

    /// <summary>From where the viewer came; null for a Unix socket.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Set for a viewer who resumes: the counts it has, and those in memory, may be out of date.</summary>
    public bool WasAway { get; set; }

    /// <summary>Objects that every write reads, for <see cref="Prefetch"/>; null where they are not known.</summary>
    public (object? Output, object? Handle) WritesBy { get; init; }

    /// <summary>The connection's index in its group; only the group uses it.</summary>
    internal int Place { get; set; }

    /// <summary>When the client was last heard of, a timestamp.</summary>
    public long HeardAt { get; set; }

    /// <summary>Its viewer said that the page is out of sight.</summary>
    public bool IsAway
    {
        get => Volatile.Read(ref _away);
        set
        {
            Volatile.Write(ref _away, value);
            _fanOut.Connections.Changed(this);
        }
    }

    /// <summary>As what it was counted last, by the one who counts who is here; null for not at all.</summary>
    public WatchedAs? CountedAs { get; set; }

    public bool IsClosed => _closed;

    /// <summary>It has been told to end, and nothing more is queued for it.</summary>
    public bool IsClosing => _closing;

    /// <summary>It has been told to come back elsewhere.</summary>
    public bool IsSentAway => Volatile.Read(ref _sentAway) == 1;

    /// <summary>Personal bytes that wait to be written.</summary>
    public int PersonalWaiting => _personal.Length;

    /// <summary>Where the viewer is: to be told when it is closed.</summary>
    public Position Position => new(_feed.Epoch, _cursor.Seq);

    private bool HasWork => _personal.Length > 0 || HasCollected || _closing || IsAttached && (WasAway || _cursor.IsBehind(_feed));

    /// <summary>True for the first change since <see cref="TakeChange"/>.</summary>
    public bool MarkChanged() => Interlocked.Exchange(ref _changed, 1) == 0;

    /// <summary>To be called before what has changed is looked at.</summary>
    public void TakeChange() => Interlocked.Exchange(ref _changed, 0);

    /// <summary>Until it is attached, only personal frames are sent: nothing of the event is shown before the greeting.</summary>
    public bool IsAttached => _attached == 2;

    /// <summary>Writes bytes; completes when the transport has taken them, not when the client has them. One call at a time.</summary>
    protected abstract ValueTask WriteAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>After the last write: ends the connection in order.</summary>
    protected abstract void End();

    /// <summary>Cuts the connection at once. May be called at any time, also when its request is over.</summary>
    public void Abort()
    {
        _closed = true;
        try
        {
            Cut();
        }
        catch (ObjectDisposedException)
        {
            // The request ended meanwhile, and the transport with it.
        }
    }

    /// <summary>Cuts the transport.</summary>
    protected abstract void Cut();

    /// <summary>The close frame of this framing; empty where there is none.</summary>
    protected abstract byte[] CloseFrame(ushort code, string reason);

    /// <summary>Called before personal frames are taken: queues what was gathered since as one frame.</summary>
    protected virtual void Collect()
    {
    }

    /// <summary>Something was gathered.</summary>
    protected virtual bool HasCollected => false;

    /// <summary>The keep-alive of this framing.</summary>
    protected abstract ReadOnlySpan<byte> PingFrame { get; }

    /// <summary>True where the client answers pings, so that silence means it is gone.</summary>
    public abstract bool AnswersPings { get; }

    /// <summary>Registers the connection with the node, which watches it and closes it when the node stops.</summary>
    public void Open()
    {
        _fanOut.Connections.Add(this);
        // It joined before the room closed, but was not registered yet when the viewers were told. When it comes back, it is told why.
        if (_feed.Audience.IsRetired)
            Close(CloseCode.TryAgainLater, "room-closed");
    }

    /// <summary>Starts showing the event: what was sent personally goes first.</summary>
    public void Attach()
    {
        _attached = 1;
        Schedule();
    }

    /// <summary>Sends nothing more and unregisters the connection.</summary>
    public void Detach()
    {
        _closed = true;
        _fanOut.Connections.Remove(this);
        Schedule();
    }

    public void Authenticate(Caller caller) => _fanOut.Connections.Moved(this, Interlocked.Exchange(ref _caller, caller));

    /// <summary>Makes it speak for nobody any more; false when it speaks for somebody else by now.</summary>
    public bool Demote(Caller was)
    {
        if (Interlocked.CompareExchange(ref _caller, null, was) != was)
            return false;
        _fanOut.Connections.Moved(this, was);
        return true;
    }

    /// <summary>Queues one JSON object for this viewer alone; false when too much waits already.</summary>
    /// <param name="position">What SSE remembers as the place to resume from; null for what is no entry.</param>
    /// <param name="always">For answers: their number is bounded by the number of questions.</param>
    /// <param name="retry">How long an <c>EventSource</c> waits from now on before it comes back; null for as long as it did before.</param>
    public bool Send(ReadOnlySpan<byte> json, Position? position = null, bool always = false, TimeSpan? retry = null) =>
        SendFrame(WireFormat.Encode(Framing, json, position, retry), always);

    /// <summary>Queues encoded bytes for this viewer alone.</summary>
    public bool SendFrame(ReadOnlySpan<byte> frame, bool always = false)
    {
        lock (_personal.Lock)
        {
            if (_closing || _closed || !always && _personal.Length + frame.Length > MaxPersonal)
                return false;
            _personal.Add(frame);
        }
        Schedule();
        return true;
    }

    /// <summary>Closes in order: sends what is queued, then a close frame. Cut if the client does not take it.</summary>
    public void Close(ushort code, string reason)
    {
        Collect();
        lock (_personal.Lock)
        {
            if (_closing || _closed)
                return;
            _personal.Add(CloseFrame(code, reason));
            _closing = true;
            _closeBy = _fanOut.Time.GetTimestamp() + _fanOut.Time.Ticks(_fanOut.Options.CloseWithin);
        }
        Schedule();
    }

    /// <summary>Closes as soon as nothing this client asked for is under way.</summary>
    public virtual void CloseWhenAnswered(ushort code, string reason) => Close(code, reason);

    /// <summary>Tells the viewer to come back to another node, and closes as soon as nothing it asked for is under way. Nothing happens the second time.</summary>
    /// <param name="comeBackWithin">Each viewer is told a random time within this, so that they do not all come back at once.</param>
    public void SendAway(TimeSpan comeBackWithin)
    {
        if (Interlocked.Exchange(ref _sentAway, 1) == 1)
            return;
        var wait = Random.Shared.NextDouble() * comeBackWithin;
        Send(StreamMessages.Bye(wait), always: true, retry: wait);
        CloseWhenAnswered(CloseCode.GoingAway, "going-away");
    }

    /// <summary>Runs <see cref="Pump"/> soon on the sender's thread.</summary>
    public void Schedule()
    {
        if (Interlocked.Exchange(ref _scheduled, 1) == 0)
            _group.Sender.Schedule(this);
    }

    void ISendWork.Run()
    {
        Interlocked.Exchange(ref _scheduled, 0);
        if (_attached == 1)
        {
            _attached = 2;
            _fanOut.Connections.Changed(this);
            _group.Add(this);
            _group.Wake();
        }
        if (_closed && IsAttached)
        {
            _attached = 3;
            _group.Remove(this);
        }
        Pump();
    }

    /// <summary>Sends what there is, unless a write is under way.</summary>
    public void Pump()
    {
        while (!_closed && Interlocked.CompareExchange(ref _writing, 1, 0) == 0)
        {
            if (!WriteAll())
                return;
            EndWriting();
            // Without another look, what came before the release would wait for the next wake.
            if (!HasWork)
                return;
        }
    }

    /// <summary>Once a second: closes who takes nothing, cuts who is gone, pings the others.</summary>
    public void Watch(long now, bool ping)
    {
        var options = _fanOut.Options;
        if (now > _closeBy || AnswersPings && now - HeardAt > _fanOut.Time.Ticks(options.SilentAfter))
            Abort();
        else if (_closing || _closed)
            return;
        else if (Volatile.Read(ref _writing) == 1 && now - Volatile.Read(ref _writingSince) > _fanOut.Time.Ticks(options.SlowAfter))
        {
            _fanOut.Metrics.SlowClosed.Add(1);
            Close(CloseCode.TooSlow, Position.ToString());
        }
        else if (ping)
            SendFrame(PingFrame);
    }

    /// <summary>True when nothing is left to send; false when a write (or the wait for a page) is under way, or the connection ended.</summary>
    private bool WriteAll()
    {
        while (!_closed)
        {
            ReadOnlyMemory<byte> next;
            Task<Batch?>? page = null;
            try
            {
                next = Next(ref page);
                if (next.IsEmpty && page is null)
                {
                    if (!_closing)
                        return true;
                    // Something was queued between the two looks. Nothing is queued after it began to close.
                    if (_personal.Length > 0)
                        continue;
                    _closed = true;
                    End();
                    return false;
                }
                if (page is null)
                {
                    var write = WriteFrameAsync(next);
                    _group.Sender.Deliveries++;
                    if (write.IsCompletedSuccessfully)
                    {
                        write.GetAwaiter().GetResult();
                        continue;
                    }
                    _fanOut.Own(FinishAsync(write));
                    return false;
                }
            }
            catch (Exception e) when (IsGone(e))
            {
                Abort();
                return false;
            }
            _writingSince = _fanOut.Time.GetTimestamp();
            _fanOut.Own(FinishAsync(page));
            return false;
        }
        return false;
    }

    /// <summary>The next bytes in order: personal frames, entries, counts.</summary>
    private ReadOnlyMemory<byte> Next(ref Task<Batch?>? page)
    {
        _personal.Sent();
        Collect();
        if (_personal.Length > 0)
            return _personal.Take();
        if (_closing || !IsAttached)
            return default;
        if (_feed.ShownTo > _cursor.Seq)
            return _cursor.NextEntries(_feed, _fanOut, Framing, ref page);
        if (WasAway)
        {
            WasAway = false;
            if (_feed.Counts.Recent(Framing) is { Length: > 0 } recent)
                return recent;
        }
        return _cursor.NextCounts(_feed, Framing);
    }

    /// <summary>Sends a long frame in pieces, so that a viewer who takes them one by one does not count as slow.</summary>
    private ValueTask WriteFrameAsync(ReadOnlyMemory<byte> frame)
    {
        _writingSince = _fanOut.Time.GetTimestamp();
        return frame.Length <= Piece ? WriteAsync(frame) : RestAsync();

        async ValueTask RestAsync()
        {
            while (!frame.IsEmpty && !_closed)
            {
                var piece = frame[..Math.Min(Piece, frame.Length)];
                _writingSince = _fanOut.Time.GetTimestamp();
                await WriteAsync(piece);
                frame = frame[piece.Length..];
            }
        }
    }

    private async Task FinishAsync(ValueTask write)
    {
        try
        {
            await write;
        }
        catch (Exception e) when (IsGone(e))
        {
            Abort();
            return;
        }
        EndWriting();
        Schedule();
    }

    private async Task FinishAsync(Task<Batch?> page)
    {
        try
        {
            var batch = await page;
            if (_closed)
                return;
            if (_cursor.Arrive(_feed, Framing, batch) is { IsEmpty: false } frame)
                await WriteFrameAsync(frame);
        }
        catch (StoreUnavailableException)
        {
            Close(CloseCode.TryAgainLater, "store-unavailable");
        }
        catch (Exception e) when (IsGone(e))
        {
            Abort();
            return;
        }
        EndWriting();
        Schedule();
    }

    private void EndWriting()
    {
        _writingSince = long.MaxValue;
        Interlocked.Exchange(ref _writing, 0);
    }

    private static bool IsGone(Exception e) => e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;
}
