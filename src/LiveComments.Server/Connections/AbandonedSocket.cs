using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace LiveComments.Server.Connections;

/// <summary>The socket file that a killed server left behind. Nobody answers on it, and it would prevent listening there.</summary>
internal static class AbandonedSocket
{
    /// <summary>Deletes it. Other files stay, and so does a socket that is in use or cannot be checked; listening then fails with the reason.</summary>
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
        // Non-blocking: a server with a full queue counts as alive.
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
