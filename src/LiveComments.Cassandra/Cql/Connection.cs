using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace LiveComments.Cassandra.Cql;

/// <summary>
/// One connection with many requests under way. Each has a stream, a number that its answer carries. A request that timed out keeps its stream until the late answer comes or the connection is
/// closed: were the number used again before, the late answer would be taken for another request's.
/// </summary>
internal sealed class Connection : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stream _stream;
    private readonly TimeProvider _time;
    private readonly PendingRequest?[] _pending;
    private readonly Stack<short> _free;
    private readonly Task _reading;
    private ArrayBufferWriter<byte> _outgoing = new(4_096), _sent = new(4_096);
    private Task _flushing = Task.CompletedTask;
    private bool _isFlushing;
    private int _abandoned;
    private long _heard;
    private CqlException? _failure;

    private Connection(Stream stream, ConnectionSettings settings, Action? changed)
    {
        (_stream, _time, Changed) = (stream, settings.Time, changed);
        _pending = new PendingRequest?[settings.Streams];
        _free = new Stack<short>(Enumerable.Range(0, settings.Streams).Reverse().Select(stream => (short)stream));
        _heard = _time.GetTimestamp();
        _reading = ReadAsync();
    }

    /// <summary>Completes when it is closed, by whomever.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Streams that are taken.</summary>
    public int InFlight => _pending.Length - _free.Count;

    /// <summary>Called when the node tells of a change among the nodes.</summary>
    private Action? Changed { get; }

    /// <summary>Connects, agrees on the protocol and says who this is.</summary>
    /// <param name="changed">Called when the node tells of a change among the nodes, after <see cref="Requests.Register"/>.</param>
    /// <exception cref="CqlException"/>
    public static async Task<Connection> OpenAsync(EndPoint endPoint, ConnectionSettings settings, Action? changed, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(settings.Timeout, settings.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream stream;
        try
        {
            await socket.ConnectAsync(endPoint, either.Token);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (settings.Tls is not null)
                stream = await SecureAsync(stream, endPoint, settings.Tls, either.Token);
        }
        catch (Exception e)
        {
            socket.Dispose();
            ct.ThrowIfCancellationRequested();
            if (e is SocketException or IOException or AuthenticationException or OperationCanceledException)
                throw new CqlException(CqlFailure.NotSent, $"No connection to Cassandra at {endPoint}: {(e is OperationCanceledException ? "it does not answer in time" : e.Message)}", e);
            throw;
        }
        var connection = new Connection(stream, settings, changed);
        try
        {
            await connection.BeginAsync(endPoint, settings, ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <exception cref="CqlException"><see cref="CqlFailure.NotSent"/>, <see cref="CqlFailure.TimedOut"/> or <see cref="CqlFailure.Closed"/>.</exception>
    public async Task<Frame> SendAsync(ReadOnlyMemory<byte> request, TimeSpan timeout, CancellationToken ct)
    {
        var pending = new PendingRequest(_time.GetTimestamp());
        lock (_gate)
        {
            if (_failure is not null)
                throw new CqlException(CqlFailure.NotSent, "The connection is closed.", _failure);
            if (!_free.TryPop(out var stream))
                throw new CqlException(CqlFailure.NotSent, $"{_pending.Length} requests are under way on one connection.");
            pending.Stream = stream;
            _pending[stream] = pending;
            var frame = _outgoing.GetSpan(request.Length);
            request.Span.CopyTo(frame);
            BinaryPrimitives.WriteInt16BigEndian(frame[2..], stream);
            _outgoing.Advance(request.Length);
            if (!_isFlushing)
            {
                _isFlushing = true;
                _flushing = FlushAsync();
            }
        }
        try
        {
            return await pending.Task.WaitAsync(timeout, _time, ct) ?? throw new CqlException(CqlFailure.Closed, "The connection was closed before the answer came.", _failure);
        }
        catch (TimeoutException e)
        {
            Abandon(pending, timedOut: true);
            throw new CqlException(CqlFailure.TimedOut, $"No answer in {timeout.TotalSeconds:0.###} s.", e);
        }
        catch (OperationCanceledException)
        {
            Abandon(pending, timedOut: false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Close(new CqlException(CqlFailure.Closed, "The connection was given up."));
        await _reading;
        Task flushing;
        lock (_gate)
            flushing = _flushing;
        await flushing;
        _stop.Dispose();
    }

    private static async Task<Stream> SecureAsync(Stream stream, EndPoint endPoint, SslClientAuthenticationOptions settings, CancellationToken ct)
    {
        var secure = new SslStream(stream);
        try
        {
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = settings.TargetHost ?? (endPoint is DnsEndPoint name ? name.Host : ((IPEndPoint)endPoint).Address.ToString()),
                CertificateChainPolicy = settings.CertificateChainPolicy,
            }, ct);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }

    private async Task BeginAsync(EndPoint endPoint, ConnectionSettings settings, CancellationToken ct)
    {
        var answer = await SendAsync(Requests.Startup, settings.Timeout, ct);
        Responses.Expect(answer, Opcode.Ready, Opcode.Authenticate);
        if (answer.Opcode == Opcode.Ready)
            return;
        if (settings.Username.Length == 0)
            throw new CqlException(CqlFailure.BadCredentials, $"Cassandra at {endPoint} asks for a user name and a password.");
        Responses.Expect(await SendAsync(Requests.Plain(settings.Username, settings.Password), settings.Timeout, ct), Opcode.AuthSuccess);
    }

    private async Task ReadAsync()
    {
        // The constructor is not to wait for it.
        await Task.Yield();
        CqlException failure;
        try
        {
            var frames = new FrameReader(_stream);
            while (await frames.ReadAsync(_stop.Token) is { } frame)
                Deliver(frame);
            failure = new CqlException(CqlFailure.Closed, "The node closed the connection.");
        }
        catch (CqlException e)
        {
            failure = e;
        }
        catch (Exception e) when (IsEnd(e))
        {
            failure = new CqlException(CqlFailure.Closed, $"The connection was lost: {e.Message}", e);
        }
        Close(failure);
    }

    private void Deliver(Frame frame)
    {
        Volatile.Write(ref _heard, _time.GetTimestamp());
        if (frame is { Stream: -1, Opcode: Opcode.Event })
        {
            Changed?.Invoke();
            return;
        }
        PendingRequest? pending;
        lock (_gate)
        {
            pending = (uint)frame.Stream < (uint)_pending.Length ? _pending[frame.Stream] : null;
            if (pending is not null)
            {
                _pending[frame.Stream] = null;
                _free.Push(frame.Stream);
                if (pending.IsAbandoned)
                    _abandoned--;
            }
        }
        if (pending is null)
            throw new CqlException(CqlFailure.Malformed, $"A node answers on stream {frame.Stream}, on which nothing was asked.");
        pending.Answer(frame);
    }

    private async Task FlushAsync()
    {
        // What others send meanwhile goes out with it. It is called inside the lock.
        await Task.Yield();
        try
        {
            while (true)
            {
                lock (_gate)
                {
                    if (_outgoing.WrittenCount == 0 || _failure is not null)
                    {
                        _isFlushing = false;
                        return;
                    }
                    (_outgoing, _sent) = (_sent, _outgoing);
                }
                await _stream.WriteAsync(_sent.WrittenMemory, _stop.Token);
                _sent.ResetWrittenCount();
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            Close(new CqlException(CqlFailure.Closed, $"The connection was lost: {e.Message}", e));
        }
    }

    /// <summary>Nobody waits for the answer any more. A connection on which nothing was heard since the request was sent is given up: the node hangs, or is gone without a word.</summary>
    private void Abandon(PendingRequest pending, bool timedOut)
    {
        CqlException? failure = null;
        lock (_gate)
        {
            if (_pending[pending.Stream] != pending)
                return;
            pending.IsAbandoned = true;
            _abandoned++;
            if (timedOut && Volatile.Read(ref _heard) < pending.Sent)
                failure = new CqlException(CqlFailure.Closed, "The node said nothing for as long as a request may take.");
            else if (_abandoned > _pending.Length / 2)
                failure = new CqlException(CqlFailure.Closed, "Half of the connection's streams wait for answers that are late.");
        }
        if (failure is not null)
            Close(failure);
    }

    private void Close(CqlException failure)
    {
        PendingRequest?[] pending;
        lock (_gate)
        {
            if (_failure is not null)
                return;
            _failure = failure;
            pending = [.. _pending];
        }
        _stop.Cancel();
        _stream.Dispose();
        foreach (var request in pending)
            request?.Answer(null);
        _closed.TrySetResult();
    }

    private static bool IsEnd(Exception e) => e is IOException or SocketException or OperationCanceledException or ObjectDisposedException;
}
