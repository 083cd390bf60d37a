using LiveComments.Stores;

namespace LiveComments;

/// <summary>
/// Copies of a store that is a file. Calls work on named files, not on the open store. They block the thread for as long as the disk takes. Every method may throw <see cref="StoreUnavailableException"/>, which then says what is
/// wrong with a file, and <see cref="OperationCanceledException"/>.
/// </summary>
public interface IStoreBackup
{
    /// <summary>
    /// Fills an empty file with the store as of one moment, flushed, while others read and write. Everything acknowledged before the call is in it.
    /// </summary>
    /// <param name="done">Called with the progress, from 0 to 1.</param>
    void Copy(string source, string destination, Action<double> done, CancellationToken ct);

    /// <summary>Reads a whole copy and says what is in it. A damaged copy, or one of a newer program, is a fault.</summary>
    StoreContents Check(string copy, CancellationToken ct);

    /// <summary>
    /// Makes a copy fit to take the store's place, flushed: every log gets a new epoch, so that a position from after the copy is recognized as one of another history. Every log-in ends,
    /// because one that its user ended after the copy would be valid again.
    /// </summary>
    void Renew(string copy, CancellationToken ct);
}
