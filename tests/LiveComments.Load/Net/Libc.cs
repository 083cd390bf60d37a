using System.Runtime.InteropServices;

namespace LiveComments.Load.Net;

/// <summary>
/// The few system calls of Linux that thousands of sockets on one thread need. <see cref="System.Net.Sockets.Socket"/> has no
/// readiness loop, and its asynchronous calls cost the machine more than the server under test does.
/// </summary>
internal static unsafe partial class Libc
{
    public const int EAGAIN = 11, EINTR = 4, EINPROGRESS = 115;
    public const uint EPOLLIN = 1, EPOLLOUT = 4, EPOLLERR = 8, EPOLLHUP = 16;
    public const int EPOLL_CTL_ADD = 1, EPOLL_CTL_DEL = 2, EPOLL_CTL_MOD = 3;
    public const int SOL_SOCKET = 1, SO_ERROR = 4, SO_SNDBUF = 7, SO_RCVBUF = 8, SO_LINGER = 13, IPPROTO_TCP = 6, TCP_NODELAY = 1;
    public const int MSG_NOSIGNAL = 0x4000;
    private const int AF_INET = 2, SOCK_STREAM_NONBLOCK_CLOEXEC = 1 | 0x800 | 0x80000;

    /// <summary>struct epoll_event is packed on x86-64 only.</summary>
    public static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    public static readonly int EventDataOffset = EventSize - 8;

    public static int TcpSocket() => socket(AF_INET, SOCK_STREAM_NONBLOCK_CLOEXEC, 0);

    public static int Bind(int fd, uint address) => Named(&bind, fd, address, 0);

    public static int Connect(int fd, uint address, ushort port) => Named(&connect, fd, address, port);

    public static int GetOption(int fd, int level, int name)
    {
        int value = 0, size = sizeof(int);
        return getsockopt(fd, level, name, &value, &size) == 0 ? value : Marshal.GetLastPInvokeError();
    }

    public static void SetOption(int fd, int level, int name, int value) => _ = setsockopt(fd, level, name, &value, sizeof(int));

    /// <summary>Makes closing send a reset, as a client that vanishes does: no lingering ports on this side.</summary>
    public static void ResetOnClose(int fd)
    {
        long linger = 1; // struct linger { l_onoff = 1, l_linger = 0 }
        _ = setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(long));
    }

    public static int Control(int poll, int operation, int fd, uint events, int slot)
    {
        var item = stackalloc byte[16];
        *(uint*)item = events;
        *(ulong*)(item + EventDataOffset) = (uint)slot;
        return epoll_ctl(poll, operation, fd, item);
    }

    public static nint Receive(int fd, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
            return recv(fd, start, (nuint)buffer.Length, 0);
    }

    public static nint Send(int fd, ReadOnlySpan<byte> data)
    {
        fixed (byte* start = data)
            return send(fd, start, (nuint)data.Length, MSG_NOSIGNAL);
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_wait(int poll, byte* events, int max, int milliseconds);

    [LibraryImport("libc")]
    public static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int signal);

    private static int Named(delegate*<int, byte*, int, int> call, int fd, uint address, ushort port)
    {
        var name = stackalloc byte[16]; // struct sockaddr_in, network byte order
        new Span<byte>(name, 16).Clear();
        *(ushort*)name = AF_INET;
        name[2] = (byte)(port >> 8);
        name[3] = (byte)port;
        name[4] = (byte)(address >> 24);
        name[5] = (byte)(address >> 16);
        name[6] = (byte)(address >> 8);
        name[7] = (byte)address;
        return call(fd, name, 16);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int poll, int operation, int fd, byte* item);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int fd, byte* name, int size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(int fd, byte* name, int size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getsockopt(int fd, int level, int name, int* value, int* size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int fd, int level, int name, void* value, int size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int fd, byte* buffer, nuint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int fd, byte* buffer, nuint size, int flags);
}
