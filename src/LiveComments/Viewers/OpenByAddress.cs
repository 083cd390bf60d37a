using System.Net;
using System.Runtime.InteropServices;

namespace LiveComments.Viewers;

/// <summary>
/// How many of something each address and each network has open now. Nothing is remembered of who has nothing open, so memory is bounded by what is open.
/// </summary>
/// <param name="perAddress">Most of one <see cref="AddressBlock.Address"/>.</param>
/// <param name="perNetwork">Most of one <see cref="AddressBlock.Network"/>.</param>
public sealed class OpenByAddress(int perAddress, int perNetwork)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<AddressBlock, int> _open = [];

    /// <summary>Addresses and networks that have something open.</summary>
    public int Blocks
    {
        get
        {
            lock (_lock)
                return _open.Count;
        }
    }

    /// <summary>Counts one more until the result is disposed of; null when the address or its network has as many as it may.</summary>
    public IDisposable? TryOpen(IPAddress address)
    {
        var (own, network) = (AddressBlock.Address(address), AddressBlock.Network(address));
        lock (_lock)
        {
            if (_open.GetValueOrDefault(own) >= perAddress || _open.GetValueOrDefault(network) >= perNetwork)
                return null;
            CollectionsMarshal.GetValueRefOrAddDefault(_open, own, out _)++;
            CollectionsMarshal.GetValueRefOrAddDefault(_open, network, out _)++;
        }
        return new Place(this, own, network);
    }

    private void Close(AddressBlock block)
    {
        if (--CollectionsMarshal.GetValueRefOrNullRef(_open, block) == 0)
            _open.Remove(block);
    }

    private sealed class Place(OpenByAddress all, AddressBlock own, AddressBlock network) : IDisposable
    {
        private int _closed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _closed, 1) != 0)
                return;
            lock (all._lock)
            {
                all.Close(own);
                all.Close(network);
            }
        }
    }
}
