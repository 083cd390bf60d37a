namespace LiveComments.Server.Files;

/// <summary>Files and folders that only their owner may read: they hold keys and everything people wrote.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Creates a folder that survives a power loss. Does nothing when it exists; its permissions stay.</summary>
    /// <exception cref="IOException">It cannot be created, or may not be found after a power loss.</exception>
    public static void CreateFolder(string path)
    {
        // Each new name is recorded in its parent folder.
        var parents = new List<string>();
        for (var missing = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)); !Directory.Exists(missing) && Path.GetDirectoryName(missing) is { } parent; missing = parent)
            parents.Add(parent);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerFile | UnixFileMode.UserExecute);
        parents.ForEach(Fsync.Folder);
    }

    /// <summary>Does nothing when it is there.</summary>
    public static void CreateEmpty(string path)
    {
        if (!File.Exists(path))
            Create(path, FileMode.OpenOrCreate).Dispose();
    }

    /// <summary>A new file to write.</summary>
    public static FileStream Create(string path, FileMode mode = FileMode.CreateNew)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, BufferSize = 64 * 1024 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerFile;
        return new FileStream(path, options);
    }
}
