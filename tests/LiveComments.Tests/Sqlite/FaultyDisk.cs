using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LiveComments.Tests.Sqlite;

/// <summary>
/// SQLite's access to files (a VFS) with one call that fails on demand. It is the system's own with three functions
/// replaced; files are opened through it by <c>?vfs=</c> in their name. One test at a time may use it.
/// </summary>
internal static unsafe class FaultyDisk
{
    public const string Name = "faulty";

    /// <summary>SQLITE_FULL, from a write.</summary>
    public const int Full = 13;

    /// <summary>SQLITE_IOERR_WRITE.</summary>
    public const int WriteError = 778;

    /// <summary>SQLITE_IOERR_FSYNC.</summary>
    public const int SyncError = 1034;

    private const int OpenSlot = 0, WriteSlot = 2, SyncSlot = 4;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<nint, nint> Replaced = [];
    private static Vfs* _system;
    private static delegate* unmanaged<nint, nint, int, long, int> _write;
    private static delegate* unmanaged<nint, int, int> _sync;
    private static int _code;
    private static int _callsUntilFailure;
    private static bool _always;

    public static void Register()
    {
        lock (Gate)
        {
            if (_system is not null)
                return;
            SQLitePCL.Batteries_V2.Init();
            _system = sqlite3_vfs_find(null);
            var vfs = (Vfs*)NativeMemory.Alloc((nuint)sizeof(Vfs));
            *vfs = *_system;
            vfs->Next = null;
            vfs->Name = Marshal.StringToCoTaskMemUTF8(Name);
            vfs->Functions[OpenSlot] = (nint)(delegate* unmanaged<nint, nint, nint*, int, nint, int>)&Open;
            Assert.Equal(0, sqlite3_vfs_register(vfs, 0));
        }
    }

    /// <summary>The n-th call from now on that <paramref name="code"/> can come from fails with it, once.</summary>
    public static void FailCall(int n, int code)
    {
        _code = code;
        Volatile.Write(ref _callsUntilFailure, n);
    }

    /// <summary>Every call from now on that <paramref name="code"/> can come from fails with it, until <see cref="StopFailing"/>.</summary>
    public static void FailCalls(int code)
    {
        _code = code;
        Volatile.Write(ref _always, true);
    }

    /// <summary>True when the call came and failed.</summary>
    public static bool StopFailing()
    {
        Volatile.Write(ref _always, false);
        return Interlocked.Exchange(ref _callsUntilFailure, 0) <= 0;
    }

    private static bool Fails(bool sync) => sync == (_code == SyncError)
        && (Volatile.Read(ref _always) || (Volatile.Read(ref _callsUntilFailure) > 0 && Interlocked.Decrement(ref _callsUntilFailure) == 0));

    [UnmanagedCallersOnly]
    private static int Open(nint vfs, nint name, nint* file, int flags, nint outFlags)
    {
        var code = ((delegate* unmanaged<nint, nint, nint*, int, nint, int>)_system->Functions[OpenSlot])((nint)_system, name, file, flags, outFlags);
        if (*file == 0)
            return code;
        lock (Gate)
        {
            if (!Replaced.TryGetValue(*file, out var replaced))
            {
                // The database and its log lock differently, so they have tables of their own; both write and flush the same way.
                var methods = (Methods*)NativeMemory.Alloc((nuint)sizeof(Methods));
                *methods = *(Methods*)*file;
                _write = (delegate* unmanaged<nint, nint, int, long, int>)methods->Functions[WriteSlot];
                _sync = (delegate* unmanaged<nint, int, int>)methods->Functions[SyncSlot];
                methods->Functions[WriteSlot] = (nint)(delegate* unmanaged<nint, nint, int, long, int>)&Write;
                methods->Functions[SyncSlot] = (nint)(delegate* unmanaged<nint, int, int>)&Sync;
                Replaced.Add(*file, replaced = (nint)methods);
            }
            *file = replaced;
        }
        return code;
    }

    [UnmanagedCallersOnly]
    private static int Write(nint file, nint bytes, int count, long offset) =>
        Fails(sync: false) ? _code : _write(file, bytes, count, offset);

    [UnmanagedCallersOnly]
    private static int Sync(nint file, int flags) => Fails(sync: true) ? _code : _sync(file, flags);

    [DllImport("e_sqlite3")]
    private static extern Vfs* sqlite3_vfs_find(byte* name);

    [DllImport("e_sqlite3")]
    private static extern int sqlite3_vfs_register(Vfs* vfs, int makeDefault);

    /// <summary>sqlite3_vfs of version 3: open is the first of its functions.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Vfs
    {
        public int Version, FileSize, MaxPath;
        public Vfs* Next;
        public nint Name;
        public nint AppData;
        public VfsFunctions Functions;
    }

    /// <summary>sqlite3_io_methods: close, read, write, truncate, sync, and so on.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Methods
    {
        public int Version;
        public FileFunctions Functions;
    }

    [InlineArray(16)]
    private struct VfsFunctions
    {
        private nint _first;
    }

    [InlineArray(18)]
    private struct FileFunctions
    {
        private nint _first;
    }
}
