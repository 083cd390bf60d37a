using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace LiveComments.Keys;

/// <summary>
/// Encrypts keys before a database gets them (AES-256-GCM), so that whoever reads the database or a backup of it can be nobody. A key is bound to its ring and name: what was stored as one is
/// not read as another.
/// </summary>
/// <param name="encryptionKey">From <see cref="Parse"/>.</param>
/// <param name="setting">Where the encryption key was configured, for the error.</param>
public sealed class SealedKeyStore(IKeyStore inner, byte[] encryptionKey, string setting) : IKeyStore
{
    /// <summary>32 bytes: AES-256.</summary>
    private const int KeySize = 32;

    /// <summary>The first byte of a sealed key. Another form gets another number.</summary>
    private const byte Form = 1;

    private const int NonceSize = 12, TagSize = 16, HeadSize = 1 + NonceSize + TagSize;

    /// <summary>An encryption key from its text in base64; null when the text is not one.</summary>
    public static byte[]? Parse(string text)
    {
        var key = new byte[KeySize];
        return Convert.TryFromBase64String(text, key, out var length) && length == KeySize ? key : null;
    }

    /// <summary>A new encryption key, as text.</summary>
    public static string NewEncryptionKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeySize));

    /// <exception cref="OptionsValidationException">The keys were encrypted with another encryption key.</exception>
    public async ValueTask<IReadOnlyList<StoredKey>> ReadAsync(KeyRing ring, CancellationToken ct) =>
        [.. (await inner.ReadAsync(ring, ct)).Select(key => key with { Value = Open(ring, key) })];

    public ValueTask<bool> AddAsync(KeyRing ring, StoredKey key, CancellationToken ct) => inner.AddAsync(ring, key with { Value = Seal(ring, key) }, ct);

    public ValueTask RemoveAsync(KeyRing ring, IReadOnlyList<string> names, CancellationToken ct) => inner.RemoveAsync(ring, names, ct);

    private byte[] Seal(KeyRing ring, StoredKey key)
    {
        var sealedKey = new byte[HeadSize + key.Value.Length];
        sealedKey[0] = Form;
        var nonce = sealedKey.AsSpan(1, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(encryptionKey, TagSize);
        aes.Encrypt(nonce, key.Value, sealedKey.AsSpan(HeadSize), sealedKey.AsSpan(1 + NonceSize, TagSize), Place(ring, key.Name));
        return sealedKey;
    }

    private byte[] Open(KeyRing ring, StoredKey key)
    {
        if (key.Value.Length < HeadSize || key.Value[0] != Form)
            throw Foreign();
        var opened = new byte[key.Value.Length - HeadSize];
        try
        {
            using var aes = new AesGcm(encryptionKey, TagSize);
            aes.Decrypt(key.Value.AsSpan(1, NonceSize), key.Value.AsSpan(HeadSize), key.Value.AsSpan(1 + NonceSize, TagSize), opened, Place(ring, key.Name));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw Foreign();
        }
        return opened;
    }

    private static byte[] Place(KeyRing ring, string name) => Encoding.UTF8.GetBytes($"{(int)ring}/{name}");

    private OptionsValidationException Foreign() => new(setting, typeof(SealedKeyStore),
        [$"{setting} is not the key that the keys in the database are encrypted with. Give every node the one that the first node had."]);
}
