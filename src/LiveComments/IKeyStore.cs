using LiveComments.Keys;

namespace LiveComments;

/// <summary>
/// Where the servers of one store keep the keys that they share: the folder <c>keys</c> of a server that is alone, or the database. What is here opens everything, so it is encrypted or in
/// files of the server's user.
/// </summary>
public interface IKeyStore
{
    /// <summary>The keys of a ring, in the ordinal order of their names.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be read.</exception>
    ValueTask<IReadOnlyList<StoredKey>> ReadAsync(KeyRing ring, CancellationToken ct);

    /// <summary>
    /// Adds a key for good; it survives a power loss. False when the ring has one of this name, which stays as it is. So of several servers that add the same name at once, one decides what all
    /// of them read.
    /// </summary>
    /// <exception cref="IOException">Nothing was added.</exception>
    /// <exception cref="StoreUnavailableException">Nothing was added or, with OutcomeUnknown, nobody can tell.</exception>
    ValueTask<bool> AddAsync(KeyRing ring, StoredKey key, CancellationToken ct);

    /// <summary>Removes keys for good. Names that are not there are passed over.</summary>
    /// <exception cref="IOException">Some may be there still.</exception>
    /// <exception cref="StoreUnavailableException">Some may be there still.</exception>
    ValueTask RemoveAsync(KeyRing ring, IReadOnlyList<string> names, CancellationToken ct);
}
