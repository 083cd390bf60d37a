using System.Text;
using System.Xml.Linq;
using LiveComments.Keys;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace LiveComments.Server.Auth.Tokens;

/// <summary>
/// Where the framework's Data Protection keeps its keys: where all servers of a store find them, for good, because an authenticator's secret is lost with its key. The framework reads them about
/// once a day and makes a new one two days before it is used, so every server has it in time.
/// </summary>
internal sealed class ProtectionKeys(IKeyStore store) : IXmlRepository
{
    private volatile IReadOnlyList<StoredKey>? _keys;

    /// <summary>Reads the ring. Must be called before anything is protected.</summary>
    /// <exception cref="IOException">The folder cannot be read; the keys in memory stay.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be read; the keys in memory stay.</exception>
    public async Task ReadAsync(CancellationToken ct) => _keys = await store.ReadAsync(KeyRing.Protection, ct);

    /// <summary>From memory: it may be asked for by a request, on a thread that must not wait.</summary>
    public IReadOnlyCollection<XElement> GetAllElements() =>
        _keys is { } keys ? [.. keys.Select(key => XElement.Parse(Encoding.UTF8.GetString(key.Value)))] : throw new InvalidOperationException("The protection keys were not read.");

    /// <summary>
    /// Stores a key, unless another server stored one since the last read: then that one is read instead, so that servers that start together use the same. The framework has no asynchronous
    /// form of this. It calls it at the start, and once in 90 days on a thread of the pool.
    /// </summary>
    /// <exception cref="IOException">The key may not be on the disk; nothing is protected with it.</exception>
    /// <exception cref="StoreUnavailableException">The key may not be in the database; nothing is protected with it.</exception>
    public void StoreElement(XElement element, string friendlyName) =>
        Task.Factory.StartNew(() => AddAsync(element), CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Default).Unwrap().GetAwaiter().GetResult();

    private async Task AddAsync(XElement element)
    {
        var value = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        await store.AddAsync(KeyRing.Protection, new StoredKey(StoredKey.NextName(_keys ?? []), value), CancellationToken.None);
        await ReadAsync(CancellationToken.None);
    }
}
