namespace LiveComments;

/// <summary>What a store needs after its own tools have restored it from a backup; one that is a file is restored by <see cref="IStoreBackup"/> instead.</summary>
public interface IStoreRenewal
{
    /// <summary>
    /// Gives every log a new epoch, so that a position from after the backup is recognized as one of another history, and ends every log-in, because one that its user ended after the backup
    /// would be valid again. No server may run. Calling again does no harm.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nothing was done or, with OutcomeUnknown, nobody can tell.</exception>
    ValueTask RenewAsync(CancellationToken ct);
}
