using System.Security.Cryptography;
using System.Text;
using LiveComments.Keys;
using LiveComments.Server.Auth.Issuers;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace LiveComments.Server.Auth.Tokens;

/// <summary>
/// The keys our own tokens are signed with, the same for all servers of a store. The newest signs, all verify, so after a rotation old tokens stay valid until they expire. Another process may
/// add or remove a key at any time: <see cref="KeyWatch"/> notices it within a second, and a token of an unknown key has the keys read at once.
/// </summary>
/// <remarks>
/// HS256, because the servers of one store are the only ones that issue and the only ones that verify: nobody needs a
/// public key, so a JWKS would have no reader. A forged token costs 2 us to refuse where ES256 costs 80 us, and ten thousand
/// tokens are printed in a moment. Whoever wants others to verify tokens brings an issuer of their own.
/// </remarks>
internal sealed partial class SigningKeys(IKeyStore store, TimeProvider time, ILogger<SigningKeys> log) : IIssuerKeys
{
    private const int KeySize = 32;

    /// <summary>An unknown key may have been added just now, or the key id is made up. Made-up ids must not cost a read each.</summary>
    private static readonly TimeSpan BetweenUnknown = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly HashSet<string> _noKeys = new(StringComparer.Ordinal);
    private volatile SymmetricSecurityKey[] _keys = [];
    private Task _asking = Task.CompletedTask;
    private long? _askedAt;

    /// <summary>The key to sign with.</summary>
    /// <exception cref="InvalidOperationException">The keys were never read.</exception>
    public SecurityKey Newest => _keys is [.., var newest] ? newest : throw new InvalidOperationException("The signing keys were not read.");

    public async ValueTask<IReadOnlyList<SecurityKey>?> FindAsync(string? kid, CancellationToken ct)
    {
        if (Find(kid) is { } known)
            return [known];
        await AskAsync().WaitAsync(ct);
        return Find(kid) is { } added ? [added] : [];
    }

    /// <summary>Reads the ring, and creates its first key where there is none. Servers that do it at once get the same key.</summary>
    /// <exception cref="IOException">The folder cannot be used; the keys in memory stay.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be used; the keys in memory stay.</exception>
    /// <exception cref="OptionsValidationException">The keys were encrypted with another key than the configured one.</exception>
    public async Task ReadAsync(CancellationToken ct)
    {
        var stored = await store.ReadAsync(KeyRing.Signing, ct);
        if (Parse(stored) is not { Length: > 0 } keys)
        {
            await AddAsync(stored, ct);
            keys = Parse(await store.ReadAsync(KeyRing.Signing, ct));
        }
        _keys = keys;
    }

    /// <summary>Adds a key, which signs from now on, and gives its id.</summary>
    /// <exception cref="IOException">The key could not be flushed to disk and was not added.</exception>
    /// <exception cref="StoreUnavailableException">It was not added or, with OutcomeUnknown, nobody can tell.</exception>
    public async Task<string> RotateAsync(CancellationToken ct)
    {
        while (true)
            if (await AddAsync(await store.ReadAsync(KeyRing.Signing, ct), ct) is { } kid)
            {
                await ReadAsync(ct);
                return kid;
            }
    }

    /// <summary>Removes every key but the newest. Tokens that the others signed are refused from now on.</summary>
    public async Task RemoveOldAsync(CancellationToken ct)
    {
        await ReadAsync(ct);
        await store.RemoveAsync(KeyRing.Signing, [.. _keys[..^1].Select(key => key.KeyId)], ct);
        await ReadAsync(ct);
    }

    private SymmetricSecurityKey? Find(string? kid) => Array.Find(_keys, key => key.KeyId == kid);

    /// <summary>Everybody who asks at once waits for the same answer.</summary>
    private Task AskAsync()
    {
        lock (_gate)
        {
            if (_asking.IsCompleted && (_askedAt is not { } last || time.GetElapsedTime(last) >= BetweenUnknown))
            {
                _askedAt = time.GetTimestamp();
                _asking = TryReadAsync();
            }
            return _asking;
        }
    }

    private async Task TryReadAsync()
    {
        try
        {
            await ReadAsync(CancellationToken.None);
        }
        catch (Exception e) when (KeyWatch.IsUnreadable(e))
        {
            // The watch says so in the log.
        }
    }

    /// <summary>Adds a key after those that are stored; null when another process was faster.</summary>
    private async Task<string?> AddAsync(IReadOnlyList<StoredKey> stored, CancellationToken ct)
    {
        var kid = StoredKey.NextName(stored);
        if (!await store.AddAsync(KeyRing.Signing, new StoredKey(kid, Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeySize)))), ct))
            return null;
        LogCreated(log, kid);
        return kid;
    }

    private SymmetricSecurityKey[] Parse(IReadOnlyList<StoredKey> stored)
    {
        var keys = new List<SymmetricSecurityKey>(stored.Count);
        foreach (var key in stored)
            if (Parse(key.Value) is { Length: >= KeySize } secret)
                keys.Add(new SymmetricSecurityKey(secret) { KeyId = key.Name });
            else if (FirstTime(key.Name))
                LogNotAKey(log, key.Name);
        return [.. keys];
    }

    private static byte[]? Parse(byte[] value)
    {
        try
        {
            return Convert.FromBase64String(Encoding.UTF8.GetString(value));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private bool FirstTime(string name)
    {
        lock (_gate)
            return _noKeys.Add(name);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Created signing key {Kid}")]
    private static partial void LogCreated(ILogger log, string kid);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} among the signing keys is no key and is ignored")]
    private static partial void LogNotAKey(ILogger log, string name);
}
