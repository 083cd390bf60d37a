using System.Runtime.InteropServices;

namespace LiveComments.Load.Net;

/// <summary>
/// TLS 1.3 by the system's OpenSSL on non-blocking sockets. <see cref="System.Net.Security.SslStream"/> copies every record
/// through streams and tasks of its own, which would cost the machine more than the server under test does.
/// </summary>
internal sealed unsafe partial class TlsContext : IDisposable
{
    private const string Library = "libssl.so.3";
    private const int SetMode = 33, SetMinimumProtocol = 123, SetReadAhead = 41, Tls13 = 0x0304, VerifyPeer = 1;

    /// <summary>Partial writes, from a buffer that may have moved, and no buffers while a connection is idle.</summary>
    private const int Modes = 1 | 2 | 16;

    private readonly nint _context;

    /// <param name="certificate">PEM file of the only certificate that is trusted.</param>
    /// <exception cref="DllNotFoundException">There is no OpenSSL 3.</exception>
    public TlsContext(string certificate)
    {
        _context = SSL_CTX_new(TLS_client_method());
        SSL_CTX_ctrl(_context, SetMode, Modes, 0);
        SSL_CTX_ctrl(_context, SetMinimumProtocol, Tls13, 0);
        SSL_CTX_ctrl(_context, SetReadAhead, 1, 0);
        SSL_CTX_set_verify(_context, VerifyPeer, 0);
        if (SSL_CTX_load_verify_locations(_context, certificate, null) != 1)
            throw new InvalidDataException($"{certificate} is not a certificate in PEM.");
    }

    public TlsSession Connect(int fd)
    {
        var session = SSL_new(_context);
        _ = SSL_set_fd(session, fd);
        SSL_set_connect_state(session);
        return new TlsSession(session);
    }

    public void Dispose() => SSL_CTX_free(_context);

    [LibraryImport(Library)]
    private static partial nint TLS_client_method();

    [LibraryImport(Library)]
    private static partial nint SSL_CTX_new(nint method);

    [LibraryImport(Library)]
    private static partial void SSL_CTX_free(nint context);

    [LibraryImport(Library)]
    private static partial nint SSL_CTX_ctrl(nint context, int command, nint number, nint pointer);

    [LibraryImport(Library)]
    private static partial void SSL_CTX_set_verify(nint context, int mode, nint callback);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SSL_CTX_load_verify_locations(nint context, string file, string? folder);

    [LibraryImport(Library)]
    private static partial nint SSL_new(nint context);

    [LibraryImport(Library)]
    private static partial int SSL_set_fd(nint session, int fd);

    [LibraryImport(Library)]
    private static partial void SSL_set_connect_state(nint session);
}
