using LiveComments.Stores;

namespace LiveComments;

/// <summary>
/// Copies of a store that is a file. Calls work on files that are named, not on the open store; they take as long as the disk
/// takes and block the thread meanwhile. Every method may throw <see cref="StoreUnavailableException"/>, which then says what is
/// wrong with a file, and <see cref="OperationCanceledException"/>.
/// </summary>
public interface IStoreBackup
{
    /// <summary>
    /// Fills an empty file with the store as it is at one moment, flushed; others go on reading and writing. Everything
    /// acknowledged before the call is in it.
    /// </summary>
    /// <param name="done">Is told how much is done, from 0 to 1.</param>
    void Copy(string source, string destination, Action<double> done, CancellationToken ct);

    /// <summary>Reads a whole copy and says what is in it; a damaged one, or one of a newer program, is a fault.</summary>
    StoreContents Check(string copy, CancellationToken ct);

    /// <summary>
    /// Makes a copy fit to take the store's place, flushed: every log gets a new epoch, so that a position given out after the copy
    /// was made is recognized as one of another history, and every log-in ends, because one that its user ended after the copy was made
    /// would be valid again.
    /// </summary>
    void Renew(string copy, CancellationToken ct);
}
