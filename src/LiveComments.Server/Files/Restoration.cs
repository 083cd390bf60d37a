using System.Globalization;

namespace LiveComments.Server.Files;

/// <summary>
/// A restore in a data folder. What is restored is built in the folder <c>restoring</c>; that folder's renaming to <c>restored</c> is the
/// moment the restore happens. From then on whoever next owns the data folder completes the moves, so no crash leaves a mixture. All
/// of it stays inside the data folder, which may be a mount point that cannot be renamed itself.
/// </summary>
internal sealed class Restoration(DataFolder folder)
{
    /// <summary>Where a restore is built.</summary>
    public string Building { get; } = folder.At("restoring");

    private string Built { get; } = folder.At("restored");

    private string Previous => Path.Combine(Built, "previous");

    /// <summary>True from a restore's beginning to its end, or until somebody runs it again after it was killed.</summary>
    public bool Unfinished => Directory.Exists(Building) || Directory.Exists(Built);

    /// <summary>Commits and completes the restore; <see cref="Building"/> must be flushed. Call only as the owner of the data folder.</summary>
    /// <returns>The folder with the previous data; null when there was none.</returns>
    public string? Commit(TimeProvider time)
    {
        Directory.Move(Building, Built);
        Fsync.Folder(folder.Path);
        return Complete(time);
    }

    /// <summary>Completes a restore that was committed; does nothing when there is none. The owner of the data folder calls this.</summary>
    public string? Complete(TimeProvider time)
    {
        if (!Directory.Exists(Built))
            return null;
        PrivateFiles.CreateFolder(Previous);
        foreach (var path in (string[])[folder.Database, folder.Keys])
        {
            // A missing one has already been moved.
            var restored = Path.Combine(Built, Path.GetFileName(path));
            if (!Path.Exists(restored))
                continue;
            // The old database's log must not be applied to the new database.
            foreach (var old in (string[])[path, path + "-wal", path + "-shm"])
            {
                if (!Path.Exists(old))
                    continue;
                var aside = Path.Combine(Previous, Path.GetFileName(old));
                // Moved before a crash. What has been created in its place since is kept too.
                while (Path.Exists(aside))
                    aside += ".later";
                Directory.Move(old, aside);
            }
            Fsync.Folder(Previous);
            Directory.Move(restored, path);
            Fsync.Folder(folder.Path);
        }
        string? kept = null;
        if (Directory.EnumerateFileSystemEntries(Previous).Any())
        {
            kept = folder.At("replaced-" + time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
            Directory.Move(Previous, kept);
        }
        Directory.Delete(Built, recursive: true);
        Fsync.Folder(folder.Path);
        return kept;
    }
}
