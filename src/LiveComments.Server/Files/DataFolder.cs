using System.Diagnostics;
using System.Globalization;
using LiveComments.Server.Startup;

namespace LiveComments.Server.Files;

/// <summary>
/// Everything a server keeps on its machine: <c>livecomments.db</c> and the folder <c>keys</c> unless its store is elsewhere, <c>erased</c>, and <c>lock</c>, which whoever owns the folder
/// holds open. The kernel lets go of it when its holder ends, however it ends, so a lock is never stale.
/// </summary>
/// <param name="holdsStore">Whether the database is a file in it, and the keys are beside it.</param>
internal sealed class DataFolder(string path, bool holdsStore = true)
{
    /// <summary>Whether the database is a file in it, and the keys are beside it.</summary>
    public bool HoldsStore => holdsStore;

    /// <summary>Absolute.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The database file.</summary>
    public string Database => At("livecomments.db");

    /// <summary>Where signing keys and Data Protection keys are; readable by the owner only.</summary>
    public string Keys => At("keys");

    /// <summary>The ids of erased people, which outlives a restore of the database.</summary>
    public string Erased => At("erased");

    private string LockFile => At("lock");

    // A locked file cannot be read by others, so its holder's id is in a file beside it.
    private string HolderFile => At("lock.pid");

    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>True when the database is not empty. A killed first start leaves an empty file.</summary>
    public bool HasDatabase => new FileInfo(Database) is { Exists: true, Length: > 0 };

    private bool HasKeys => Directory.Exists(Keys) && Directory.EnumerateFiles(Keys, "*.key", SearchOption.AllDirectories).Any();

    /// <summary>Creates what is missing, closed to everybody but the owner.</summary>
    /// <param name="anew">Also where a database was and is gone.</param>
    /// <exception cref="CommandException">The folder cannot be created or written, or its database is gone.</exception>
    public void Create(bool anew = false)
    {
        if (!anew)
            MustHaveItsDatabase();
        else if (HasDatabase)
            throw new CommandException($"{Path} has a database: --new is for a folder that has lost its own. Start without it.");
        try
        {
            PrivateFiles.CreateFolder(Path);
            if (!holdsStore)
                return;
            PrivateFiles.CreateFolder(Keys);
            // SQLite gives its log and index the permissions of the file they belong to.
            PrivateFiles.CreateEmpty(Database);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(e);
        }
    }

    /// <summary>For commands that may run before a server's first start: creates what is missing, and says so if the folder is new, because its name may be mistyped.</summary>
    /// <exception cref="CommandException">The folder cannot be created or written.</exception>
    public void CreateAloud()
    {
        var isNew = holdsStore && !HasDatabase;
        Create();
        if (isNew)
            Console.Error.WriteLine($"{Path} is a new data folder. If the server has another, name that with --data.");
    }

    /// <summary>For commands that need an existing server's data.</summary>
    /// <exception cref="CommandException">There is no database, or not a whole one.</exception>
    public void MustExist()
    {
        if (Misplaced() is { } misplaced)
            throw new CommandException(misplaced);
        MustBeWhole();
        MustHaveItsDatabase();
        if (holdsStore && !HasDatabase)
            throw new CommandException($"There is no {Database}. Name the server's data folder with --data.");
    }

    /// <summary>
    /// Keys are created after the database, so keys without a database mean that it was lost. Without this rule a new, empty one would silently replace it.
    /// </summary>
    /// <exception cref="CommandException">The database is gone or empty.</exception>
    private void MustHaveItsDatabase()
    {
        if (holdsStore && !HasDatabase && HasKeys)
            throw new CommandException($"{Database} {(File.Exists(Database) ? "is empty" : "is gone")}, but a server has kept its data here. Put it back, or restore a backup (restore DIR --force); to begin without the old data, start once with serve --new.");
    }

    /// <summary>For commands that write beside a server: files that root creates would be closed to the server's user.</summary>
    /// <exception cref="CommandException">This is root, and what is here is not root's.</exception>
    public void MustBeOwn()
    {
        // The database's owner runs the server; the folder's owner may only have made a mount point.
        if (Environment.IsPrivilegedProcess && FileOwner.Of(File.Exists(Database) ? Database : Path) is { IsRoot: false } owner)
            throw new CommandException($"{Path} belongs to {owner.Name}, who could not read what root creates in it. Run the command as that user: sudo -u {owner.Name} ...");
    }

    /// <exception cref="CommandException">A restore is under way, or was killed.</exception>
    public void MustBeWhole()
    {
        if (new Restoration(this).Unfinished)
            throw new CommandException($"A restore into {Path} is not finished. Wait for it, or run it again; to go on with what was there before, delete {new Restoration(this).Building}.");
    }

    /// <summary>True when it contains only lock files, the ids of erased people and what a new file system contains.</summary>
    public bool IsEmpty => Directory.EnumerateFileSystemEntries(Path).All(entry => entry == LockFile || entry == HolderFile || entry == Erased || entry == At("lost+found"));

    /// <summary>Locks the folder for this process until the result is disposed.</summary>
    /// <exception cref="CommandException">Another process has it, or it cannot be written.</exception>
    public async Task<IDisposable> LockAsync(TimeProvider time, CancellationToken ct)
    {
        // A migrating command holds the lock for a moment; a server holds it while it runs.
        for (var tries = 0; tries < 20; tries++)
        {
            if (TryLock() is { } held)
                return held;
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, ct);
        }
        throw new CommandException($"The data folder {Path} is in use by {Holder()}. Stop that one first, or name another folder with --data.");
    }

    /// <summary>Null when another process has the folder.</summary>
    /// <exception cref="CommandException">The folder cannot be written.</exception>
    public IDisposable? TryLock()
    {
        FileStream held;
        try
        {
            PrivateFiles.CreateFolder(Path);
            held = new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is WouldBlockLinux or WouldBlockMac)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(e);
        }
        try
        {
            File.WriteAllText(HolderFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
        }
        catch (IOException)
        {
            // Only for messages to others. A full disk must not prevent the start: reading still works.
        }
        return held;
    }

    private const int WouldBlockLinux = 11, WouldBlockMac = 35;

    private CommandException Unusable(Exception e) => new(Misplaced() ?? $"The data folder {Path} cannot be used: {e.Message} "
        + (e is UnauthorizedAccessException ? "Give its owner's rights to this user, or name another with --data." : "Name another with --data."));

    /// <summary>A path that is a file instead of a folder, or the other way round; null when all are right.</summary>
    private string? Misplaced()
    {
        for (var folder = Path; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
            if (File.Exists(folder))
                return $"{folder} is a file, so {(folder == Path ? "it" : Path)} cannot be the data folder. Name a folder with --data.";
        if (File.Exists(Keys))
            return $"{Keys} is a file and has to be a folder: {Path} is no data folder. Name the server's with --data.";
        foreach (var file in (string[])[Database, LockFile, Erased])
            if (Directory.Exists(file))
                return $"{file} is a folder and has to be a file: {Path} is no data folder. Name the server's with --data.";
        return null;
    }

    private string Holder()
    {
        try
        {
            var pid = int.Parse(File.ReadAllText(HolderFile), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
            using var process = Process.GetProcessById(pid);
            return $"process {pid} ({process.ProcessName})";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or OverflowException or ArgumentException or InvalidOperationException)
        {
            // A process id of another container means nothing here.
            return "another process";
        }
    }
}
