using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using LiveComments.Keys;
using LiveComments.Viewers;

namespace LiveComments.Moderation;

/// <summary>Hashes of networks with a key that all servers of a store share. Without the key nobody can try all addresses and find out whose hash it is.</summary>
public sealed class NetworkHashes(IKeyStore store)
{
    private const int KeySize = 32;

    private volatile byte[]? _key;

    /// <summary>Whether the key is there.</summary>
    public bool IsReady => _key is not null;

    /// <summary>Reads the key, and makes it where there is none. Servers that do it at once get the same one.</summary>
    /// <exception cref="IOException">The folder of keys cannot be used.</exception>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask ReadAsync(CancellationToken ct)
    {
        var stored = await store.ReadAsync(KeyRing.Networks, ct);
        if (stored.Count == 0)
        {
            await store.AddAsync(KeyRing.Networks, new StoredKey(StoredKey.NextName([]), Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeySize)))), ct);
            stored = await store.ReadAsync(KeyRing.Networks, ct);
        }
        _key = Convert.FromBase64String(Encoding.ASCII.GetString(stored[^1].Value));
    }

    /// <summary>The hash of a network.</summary>
    /// <exception cref="InvalidOperationException">The key was not read.</exception>
    public Guid Of(AddressBlock network)
    {
        Span<byte> text = stackalloc byte[17];
        BinaryPrimitives.WriteUInt128BigEndian(text, network.First);
        text[16] = (byte)network.Length;
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key ?? throw new InvalidOperationException("The key of networks was not read."), text, hash);
        return MemoryMarshal.Read<Guid>(hash);
    }
}
