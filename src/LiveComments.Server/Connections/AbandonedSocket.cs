using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace LiveComments.Server.Connections;

/// <summary>The file of a Unix socket that a killed server left behind. It answers nobody, and nobody else could listen there.</summary>
internal static class AbandonedSocket
{
    /// <summary>Deletes it. A file of another kind stays, and so does a socket that somebody listens on, or that cannot be asked: listening then fails and says why.</summary>
    public static void Remove(UnixDomainSocketEndPoint endpoint)
    {
        // One without a file begins with @, as the framework prints it.
        if (endpoint.ToString() is not ['/', ..] path || !IsSocket(path) || IsAnswered(endpoint))
            return;
        File.Delete(path);
    }

    private static bool IsAnswered(UnixDomainSocketEndPoint endpoint)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        // Without waiting: a server whose queue is full is one.
        socket.Blocking = false;
        try
        {
            socket.Connect(endpoint);
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }

    /// <summary>Of the path itself: a link to a socket is not one.</summary>
    private static bool IsSocket(string path)
    {
        const int currentFolder = -100, noFollow = 0x100, socket = 0xC000, kind = 0xF000;
        const uint type = 1;
        var answer = new byte[256];
        return OperatingSystem.IsLinux() && statx(currentFolder, path, noFollow, type, answer) == 0 && (BitConverter.ToUInt16(answer, 28) & kind) == socket;
    }

    // struct statx is the same on every processor, which struct stat is not.
    [DllImport("libc", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] answer);
}
