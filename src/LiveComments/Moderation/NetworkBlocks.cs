using System.Collections.Frozen;
using System.Net;
using LiveComments.Viewers;

namespace LiveComments.Moderation;

/// <summary>The blocked networks, as this node knows them: from <see cref="NetworkWatch"/>. Asking costs one look into memory for each length of prefix that is blocked.</summary>
public sealed class NetworkBlocks(TimeProvider time)
{
    private volatile FrozenDictionary<AddressBlock, NetworkBlock> _known = FrozenDictionary<AddressBlock, NetworkBlock>.Empty;
    private volatile int[] _lengths = [];

    /// <summary>Raised when a network is blocked that was not before. Handlers run on the thread of whoever learned it.</summary>
    public event Action? Added;

    /// <summary>The block of the most precise network that has an address; null when it is not blocked.</summary>
    /// <param name="address">Null when it is not known: a Unix socket.</param>
    public NetworkBlock? Find(IPAddress? address) => address is null || _lengths.Length == 0 ? null : Find(AddressBlock.Exact(address));

    /// <inheritdoc cref="Find(IPAddress?)"/>
    /// <param name="address">An <see cref="AddressBlock.Exact"/> one.</param>
    public NetworkBlock? Find(AddressBlock address)
    {
        var known = _known;
        foreach (var length in _lengths)
            if (known.TryGetValue(new AddressBlock(AddressBlock.Within(address.First, length), length), out var block) && block.HoldsAt(time.GetUtcNow()))
                return block;
        return null;
    }

    /// <summary>Remembers all blocks in place of those before.</summary>
    internal void Learn(IReadOnlyList<NetworkBlock> blocks)
    {
        if (blocks.Count == _known.Count && blocks.All(block => _known.TryGetValue(block.Network, out var known) && known == block))
            return;
        var before = _known;
        // Of two of one network the one that lasts longer.
        var now = blocks.GroupBy(block => block.Network).ToFrozenDictionary(same => same.Key, same => same.MaxBy(block => block.Until ?? DateTimeOffset.MaxValue)!);
        _known = now;
        _lengths = [.. now.Keys.Select(network => network.Length).Distinct().OrderDescending()];
        if (now.Keys.Any(network => !before.ContainsKey(network)))
            Added?.Invoke();
    }
}
