using System.CommandLine;
using LiveComments.Server.Backups;
using LiveComments.Server.Files;
using LiveComments.Server.Startup;
using LiveComments.Stores;

namespace LiveComments.Server.Commands;

/// <summary><c>backup</c>: a copy of the data folder at one moment, also while a server runs.</summary>
internal static class BackupCommand
{
    public static void AddTo(RootCommand root, CommandLine line)
    {
        Argument<string> destination = new("DIR") { Description = "The folder to create. It appears when the backup is complete and checked. Keep it as secret as the data folder: the keys are in it.", Validators = { CommandLine.MustNotBeEmpty } };
        var command = new Command("backup", "Copies database and keys to a new folder, also beside a running server.") { destination };
        command.SetAction(result => !line.StoreIsInDataFolder
            ? throw new CommandException("The store is not in the data folder: back it up with its own tools, pg_dump or pg_basebackup, and copy the folder keys of every node's data folder.")
            : CommandLine.InterruptibleAsync(ct => RunAsync(line.Folder(result), Path.TrimEndingDirectorySeparator(Path.GetFullPath(result.GetValue(destination)!)), ct)));
        root.Subcommands.Add(command);
    }

    private static async Task RunAsync(DataFolder folder, string destination, CancellationToken ct)
    {
        folder.MustExist();
        var partial = destination + ".partial";
        if (Path.Exists(destination))
            throw new CommandException($"{destination} exists. A backup is a new folder: name another.");
        if (Path.Exists(partial))
            throw new CommandException($"{partial} is what a killed backup left, or another backup is being made there. Delete it or name another folder.");
        await using var services = CommandLine.Store();
        var store = services.GetRequiredService<IStoreBackup>();
        PrivateFiles.CreateFolder(partial);
        try
        {
            var database = Path.GetFileName(folder.Database);
            PrivateFiles.CreateEmpty(Path.Combine(partial, database));
            await Progress.ShowAsync("Backing up", done =>
            {
                store.Copy(folder.Database, Path.Combine(partial, database), done, ct);
                return Task.FromResult(true);
            });
            var contents = store.Check(Path.Combine(partial, database), ct);
            // Copied after the database, which may use a key that was made a moment ago.
            List<string> names = [database, .. CopyKeys(folder, partial)];
            var files = new List<BackupFile>();
            foreach (var name in names)
                files.Add(await BackupFolder.SealAsync(partial, name, ct));
            await BackupFolder.CompleteAsync(partial, new BackupManifest(0, ServeCommand.Version, TimeProvider.System.GetUtcNow(), contents, files), ct);
            Directory.Move(partial, destination);
            Fsync.Folder(Path.GetDirectoryName(destination)!);
            await Console.Error.WriteLineAsync($"{folder.Path} backed up to {destination}: {Describe(contents)}, {files.Count - 1} key files, {files.Sum(file => file.Bytes):N0} bytes. Checked.");
        }
        catch
        {
            if (Directory.Exists(partial))
                Directory.Delete(partial, recursive: true);
            throw;
        }
    }

    /// <summary>For people.</summary>
    public static string Describe(StoreContents contents) => $"{contents.Events:N0} events, {contents.Entries:N0} entries, {contents.Accounts:N0} accounts";

    private static IEnumerable<string> CopyKeys(DataFolder folder, string partial)
    {
        PrivateFiles.CreateFolder(Path.Combine(partial, Path.GetFileName(folder.Keys)));
        foreach (var key in Directory.EnumerateFiles(folder.Keys, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(folder.Path, key).Replace(Path.DirectorySeparatorChar, '/');
            byte[] content;
            try
            {
                content = File.ReadAllBytes(key);
            }
            catch (FileNotFoundException)
            {
                // Retired meanwhile.
                continue;
            }
            PrivateFiles.CreateFolder(Path.GetDirectoryName(Path.Combine(partial, name))!);
            using var copy = PrivateFiles.Create(Path.Combine(partial, name));
            copy.Write(content);
            yield return name;
        }
    }
}
