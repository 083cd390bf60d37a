using System.Runtime.InteropServices;

namespace LiveComments.Load.Net;

/// <summary>TLS on one socket; it answers as the socket itself would, with <c>EAGAIN</c> for what cannot be done yet.</summary>
internal sealed unsafe partial class TlsSession(nint session) : IDisposable
{
    private const string Library = "libssl.so.3";
    private const int WantRead = 2, WantWrite = 3, SystemCall = 5, ZeroReturn = 6;
    private const int ConnectionAborted = 103;

    /// <summary>True when <see cref="Send"/> could not go on because the socket is full, and not because an answer is awaited.</summary>
    public bool WantsToWrite { get; private set; }

    /// <summary>True when received bytes wait here, of which the socket will say nothing.</summary>
    public bool HasPending => SSL_has_pending(session) == 1;

    /// <returns>Bytes; 0 at the end; -1 with an error in <paramref name="error"/>.</returns>
    public nint Receive(Span<byte> buffer, out int error)
    {
        fixed (byte* start = buffer)
            return Result(SSL_read(session, start, buffer.Length), out error);
    }

    /// <inheritdoc cref="Receive"/>
    public nint Send(ReadOnlySpan<byte> data, out int error)
    {
        fixed (byte* start = data)
            return Result(SSL_write(session, start, data.Length), out error);
    }

    public void Dispose() => SSL_free(session);

    private nint Result(int result, out int error)
    {
        error = 0;
        WantsToWrite = false;
        if (result > 0)
            return result;
        var reason = SSL_get_error(session, result);
        ERR_clear_error();
        WantsToWrite = reason == WantWrite;
        error = reason is WantRead or WantWrite ? Libc.EAGAIN : ConnectionAborted;
        return reason is ZeroReturn or SystemCall ? 0 : -1;
    }

    [LibraryImport(Library)]
    private static partial int SSL_read(nint session, byte* buffer, int length);

    [LibraryImport(Library)]
    private static partial int SSL_write(nint session, byte* data, int length);

    [LibraryImport(Library)]
    private static partial int SSL_has_pending(nint session);

    [LibraryImport(Library)]
    private static partial int SSL_get_error(nint session, int result);

    [LibraryImport(Library)]
    private static partial void SSL_free(nint session);

    [LibraryImport("libcrypto.so.3")]
    private static partial void ERR_clear_error();
}
