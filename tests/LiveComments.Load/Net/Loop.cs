using System.ComponentModel;
using System.Runtime.InteropServices;

namespace LiveComments.Load.Net;

/// <summary>
/// One thread, one epoll set, every connection. Single-threaded on purpose: the client shares the machine with the server it
/// measures, and what a connection records needs no lock.
/// </summary>
internal sealed unsafe class Loop : IDisposable
{
    private const int MaxEvents = 512;

    private readonly int _poll;
    private readonly byte* _events = (byte*)NativeMemory.Alloc((nuint)(MaxEvents * Libc.EventSize));
    private readonly List<Connection?> _slots = [];
    private readonly List<Connection> _dirty = [];

    public Loop()
    {
        _poll = Libc.epoll_create1(0x80000);
        if (_poll < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>Received bytes go here first; only what is left of an unfinished frame is kept by the connection.</summary>
    public byte[] Scratch { get; } = new byte[512 * 1024];

    /// <summary>Runs until <paramref name="tick"/>, which is called at least every millisecond, says false, or the run is cancelled.</summary>
    /// <returns>False when it was cancelled.</returns>
    public bool Run(Func<long, bool> tick, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            if (!tick(Clock.Now))
                return true;
            Flush();
            var count = Libc.epoll_wait(_poll, _events, MaxEvents, 1);
            if (count < 0 && Marshal.GetLastPInvokeError() != Libc.EINTR)
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            for (var i = 0; i < count; i++)
            {
                var item = _events + i * Libc.EventSize;
                _slots[(int)*(ulong*)(item + Libc.EventDataOffset)]?.Ready(*(uint*)item);
            }
        }
        return false;
    }

    public int Add(Connection connection, int fd, uint events)
    {
        // A slot is never used twice: an event of the batch at hand may still name a connection that was closed in it.
        _slots.Add(connection);
        if (Libc.Control(_poll, Libc.EPOLL_CTL_ADD, fd, events, _slots.Count - 1) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        return _slots.Count - 1;
    }

    public void Change(int fd, uint events, int slot) => Libc.Control(_poll, Libc.EPOLL_CTL_MOD, fd, events, slot);

    public void Remove(int fd, int slot)
    {
        Libc.Control(_poll, Libc.EPOLL_CTL_DEL, fd, 0, slot);
        _slots[slot] = null;
    }

    public void Dirty(Connection connection) => _dirty.Add(connection);

    public void Dispose()
    {
        foreach (var connection in _slots.ToArray())
            connection?.Close();
        Libc.close(_poll);
        NativeMemory.Free(_events);
    }

    /// <summary>What a tick wrote to a connection leaves in one call.</summary>
    private void Flush()
    {
        for (var i = 0; i < _dirty.Count; i++) // a connection that ends may make others write
            _dirty[i].Flush();
        _dirty.Clear();
    }
}
