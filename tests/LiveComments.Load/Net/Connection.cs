using System.Buffers;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace LiveComments.Load.Net;

/// <summary>A non-blocking TCP connection on a <see cref="Loop"/>: bytes in, bytes out, nothing allocated per message.</summary>
internal abstract class Connection(Loop loop, Endpoint endpoint)
{
    private int _fd = -1;
    private TlsSession? _tls;
    private int _slot;
    private uint _interest;
    private bool _connecting;
    private bool _dirty;
    private bool _deaf;
    private byte[] _unfinished = [];
    private int _unfinishedLength;
    private byte[] _out = [];
    private int _outStart;
    private int _outEnd;

    /// <summary>
    /// What the kernel takes of what the other end does not, in bytes; it doubles it. By default that is megabytes, and what one who sends too fast waits for would lie there for seconds,
    /// before the server could know of it.
    /// </summary>
    private const int SendBuffer = 8 * 1024;

    public bool IsOpen => _fd >= 0;

    /// <summary>Bytes received since the program started.</summary>
    public long Received { get; private set; }

    /// <summary>Bytes that wait to be sent.</summary>
    public int Unsent => _outEnd - _outStart;

    protected Endpoint Endpoint => endpoint;

    /// <param name="receiveBuffer">SO_RCVBUF in bytes; 0 for the system's default.</param>
    public void Open(int receiveBuffer = 0)
    {
        _fd = Libc.TcpSocket();
        if (_fd < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        if (receiveBuffer > 0)
            Libc.SetOption(_fd, Libc.SOL_SOCKET, Libc.SO_RCVBUF, receiveBuffer);
        Libc.SetOption(_fd, Libc.SOL_SOCKET, Libc.SO_SNDBUF, SendBuffer);
        Libc.SetOption(_fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1);
        if (endpoint.NextSource() is var source and not 0 && Libc.Bind(_fd, source) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        _connecting = true;
        _interest = Libc.EPOLLOUT;
        if (Libc.Connect(_fd, endpoint.Address, endpoint.Port) != 0 && Marshal.GetLastPInvokeError() is var error and not Libc.EINPROGRESS)
        {
            Libc.close(_fd);
            _fd = -1;
            OnClosed(Marshal.GetPInvokeErrorMessage(error));
            return;
        }
        _slot = loop.Add(this, _fd, _interest);
    }

    /// <summary>Stops reading: what the server sends stays in the kernel, but for what <see cref="Read"/> takes.</summary>
    public void Deafen()
    {
        _deaf = true;
        Interest(_interest & ~Libc.EPOLLIN);
    }

    /// <summary>Reads what is there, and no more than so many bytes.</summary>
    public void Read(int most)
    {
        if (_fd >= 0 && !_connecting)
            Receive(most);
    }

    /// <summary>Ends the connection without a word.</summary>
    public void Close(bool reset = false)
    {
        if (_fd < 0)
            return;
        loop.Remove(_fd, _slot);
        if (reset)
            Libc.ResetOnClose(_fd);
        Libc.close(_fd);
        _tls?.Dispose();
        (_fd, _tls) = (-1, null);
        if (_unfinished.Length > 0)
            ArrayPool<byte>.Shared.Return(_unfinished);
        (_unfinished, _unfinishedLength, _outStart, _outEnd) = ([], 0, 0, 0);
    }

    public void Flush()
    {
        _dirty = false;
        if (_fd < 0 || _connecting)
            return;
        while (_outStart < _outEnd)
        {
            var sent = SendSome(_out.AsSpan(_outStart, _outEnd - _outStart), out var error);
            if (sent <= 0)
            {
                if (error == Libc.EAGAIN)
                    break;
                if (error == Libc.EINTR)
                    continue;
                Lost(Marshal.GetPInvokeErrorMessage(error));
                return;
            }
            _outStart += (int)sent;
        }
        if (_outStart == _outEnd)
            (_outStart, _outEnd) = (0, 0);
        // In a handshake of TLS, writing waits for something to read.
        Interest((_deaf ? 0 : Libc.EPOLLIN) | (_outEnd > 0 && _tls is not { WantsToWrite: false } ? Libc.EPOLLOUT : 0));
    }

    public void Ready(uint events)
    {
        if (_connecting)
        {
            if (Libc.GetOption(_fd, Libc.SOL_SOCKET, Libc.SO_ERROR) is var error and not 0)
            {
                Lost(Marshal.GetPInvokeErrorMessage(error));
                return;
            }
            _connecting = false;
            _tls = endpoint.Tls?.Connect(_fd);
            OnConnected();
            Flush();
            return;
        }
        if ((events & Libc.EPOLLOUT) != 0 || (_tls is not null && _outEnd > 0))
            Flush();
        if (_fd < 0 || (events & ~Libc.EPOLLOUT) == 0)
            return;
        if (_deaf)
            Lost("ended by the server");
        else
            Receive();
        while (_tls is { HasPending: true } && Receive())
        {
        }
    }

    /// <summary>The socket is connected: say what comes first.</summary>
    protected abstract void OnConnected();

    /// <param name="now">When the bytes were read.</param>
    /// <returns>How many bytes were used; the rest comes again with more behind it.</returns>
    protected abstract int OnReceived(ReadOnlySpan<byte> data, long now);

    /// <summary>The connection ended, and not by <see cref="Close"/>.</summary>
    protected abstract void OnClosed(string reason);

    /// <summary>Ends the connection because of something the server did.</summary>
    protected void Lost(string reason)
    {
        if (_fd < 0)
            return;
        Close();
        OnClosed(reason);
    }

    /// <summary>Room to write <paramref name="size"/> bytes to; <see cref="Advance"/> says how many they became.</summary>
    protected Span<byte> Reserve(int size)
    {
        if (_out.Length - _outEnd < size)
        {
            var waiting = _outEnd - _outStart;
            var larger = waiting + size <= _out.Length ? _out : new byte[Math.Max(1024, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(waiting + size)))];
            _out.AsSpan(_outStart, waiting).CopyTo(larger);
            (_out, _outStart, _outEnd) = (larger, 0, waiting);
        }
        return _out.AsSpan(_outEnd);
    }

    protected void Advance(int size)
    {
        _outEnd += size;
        if (!_dirty)
        {
            _dirty = true;
            loop.Dirty(this);
        }
    }

    protected void Write(ReadOnlySpan<byte> data)
    {
        data.CopyTo(Reserve(data.Length));
        Advance(data.Length);
    }

    private void Interest(uint events)
    {
        if (events != _interest)
            loop.Change(_fd, _interest = events, _slot);
    }

    private nint SendSome(ReadOnlySpan<byte> data, out int error)
    {
        if (_tls is not null)
            return _tls.Send(data, out error);
        var sent = Libc.Send(_fd, data);
        error = sent < 0 ? Marshal.GetLastPInvokeError() : 0;
        return sent;
    }

    private nint ReceiveSome(Span<byte> target, out int error)
    {
        if (_tls is not null)
            return _tls.Receive(target, out error);
        var read = Libc.Receive(_fd, target);
        error = read < 0 ? Marshal.GetLastPInvokeError() : 0;
        return read;
    }

    /// <returns>False when there was nothing, or the connection ended.</returns>
    private bool Receive(int most = int.MaxValue)
    {
        // One read per turn: level-triggered epoll comes back for the rest, and no connection starves the others.
        if (_unfinishedLength == _unfinished.Length && _unfinishedLength > 0)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_unfinishedLength * 2);
            _unfinished.AsSpan(0, _unfinishedLength).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_unfinished);
            _unfinished = larger;
        }
        var target = _unfinishedLength > 0 ? _unfinished.AsSpan(_unfinishedLength) : loop.Scratch;
        target = target[..Math.Min(target.Length, most)];
        var read = ReceiveSome(target, out var error);
        if (read <= 0)
        {
            if (read == 0)
                Lost("ended by the server");
            else if (error is not (Libc.EAGAIN or Libc.EINTR))
                Lost(Marshal.GetPInvokeErrorMessage(error));
            return false;
        }
        Received += read;
        var data = _unfinishedLength > 0 ? _unfinished.AsSpan(0, _unfinishedLength + (int)read) : loop.Scratch.AsSpan(0, (int)read);
        var used = OnReceived(data, Clock.Now);
        if (_fd < 0)
            return false;
        Keep(data[used..]);
        return true;
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (rest.Length == 0)
        {
            if (_unfinished.Length > 0)
                ArrayPool<byte>.Shared.Return(_unfinished);
            (_unfinished, _unfinishedLength) = ([], 0);
            return;
        }
        if (_unfinished.Length < rest.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(4096, rest.Length * 2));
            rest.CopyTo(larger);
            if (_unfinished.Length > 0)
                ArrayPool<byte>.Shared.Return(_unfinished);
            _unfinished = larger;
        }
        else
        {
            rest.CopyTo(_unfinished); // may overlap: CopyTo moves
        }
        _unfinishedLength = rest.Length;
    }
}
