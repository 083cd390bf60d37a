using System.CommandLine;
using LiveComments.Server.Backups;
using LiveComments.Server.Files;
using LiveComments.Server.Startup;
using LiveComments.Stores;

namespace LiveComments.Server.Commands;

/// <summary><c>restore</c>: puts a backup in the place of a data folder's contents.</summary>
internal static class RestoreCommand
{
    public static void AddTo(RootCommand root, CommandLine line)
    {
        Argument<string?> source = new("DIR") { Description = "The backup.", Arity = ArgumentArity.ZeroOrOne, Validators = { CommandLine.MustNotBeEmpty } };
        Option<bool> force = new("--force") { Description = "Also where there is data already; that is kept in a folder replaced-TIME beside it." };
        Option<bool> newEpochs = new("--new-epochs") { Description = "For a store that is not in the data folder, after its own tools have restored it and before a server starts: says in every log that it is another history." };
        var command = new Command("restore", "Restores a backup into a data folder that no server is using.") { source, force, newEpochs };
        command.SetAction(result => CommandLine.InterruptibleAsync(ct => (result.GetValue(source), result.GetValue(newEpochs), line.StoreIsInDataFolder) switch
        {
            (null, true, false) => RenewAsync(line, result, ct),
            (_, _, false) => throw new CommandException("The store is not in the data folder: restore it with its own tools, pg_restore or a base backup. Then run restore --new-epochs once, before a server starts."),
            (_, true, true) => throw new CommandException("A backup that this command restores gets new epochs in any case: leave out --new-epochs."),
            (null, _, true) => throw new CommandException("Name the backup to restore."),
            ({ } backup, _, true) => RunAsync(line.Folder(result), Path.GetFullPath(backup), result.GetValue(force), TimeProvider.System, ct),
        }));
        root.Subcommands.Add(command);
    }

    private static async Task RenewAsync(CommandLine line, ParseResult result, CancellationToken ct)
    {
        await using var app = line.Open(result);
        await app.Services.GetRequiredService<IStoreRenewal>().RenewAsync(ct);
        await Console.Error.WriteLineAsync("""
            The store is fit to be served after its restore:
              Every log has a new epoch: a viewer who was ahead of the backup is told to reload.
              Every log-in has ended: people log in again.
              What was done after the backup is undone: repeat the removals, role changes and key rotations that must hold.
              Who was erased after the backup is erased again when the server starts, if the data folder still has the file erased.
            """);
    }

    private static async Task RunAsync(DataFolder folder, string source, bool force, TimeProvider time, CancellationToken ct)
    {
        var manifest = await BackupFolder.ReadAsync(source, ct);
        folder.MustBeOwn();
        using var owned = await folder.LockAsync(time, ct);
        var restoration = new Restoration(folder);
        // One that was committed has happened, whatever comes now.
        restoration.Complete(time);
        if (Directory.Exists(restoration.Building))
            Directory.Delete(restoration.Building, recursive: true);
        if (!force && !folder.IsEmpty)
            throw new CommandException($"{folder.Path} holds data already. Name an empty folder with --data, or replace what is there with --force.");
        var database = Path.Combine(restoration.Building, Path.GetFileName(folder.Database));
        await using var services = CommandLine.Store();
        var store = services.GetRequiredService<IStoreBackup>();
        StoreContents contents;
        try
        {
            PrivateFiles.CreateFolder(Path.Combine(restoration.Building, Path.GetFileName(folder.Keys)));
            await Progress.ShowAsync("Restoring", async done =>
            {
                await BackupFolder.CopyAsync(source, manifest, restoration.Building, done, ct);
                return true;
            });
            if (!File.Exists(database))
                throw new CommandException($"{source} is damaged: it has no database. Nothing was restored.");
            contents = store.Check(database, ct);
            store.Renew(database, ct);
            foreach (var inner in Directory.EnumerateDirectories(restoration.Building, "*", SearchOption.AllDirectories))
                Fsync.Folder(inner);
            Fsync.Folder(restoration.Building);
            ct.ThrowIfCancellationRequested();
        }
        catch
        {
            if (Directory.Exists(restoration.Building))
                Directory.Delete(restoration.Building, recursive: true);
            throw;
        }
        var replaced = restoration.Commit(time);
        await Console.Error.WriteLineAsync($"""
            {folder.Path} is restored from {source}, made {manifest.CreatedAt:yyyy-MM-dd HH:mm:ss} UTC by LiveComments {manifest.Program}:
              {BackupCommand.Describe(contents)}, {manifest.Files.Count - 1} key files.
              Every log has a new epoch: a viewer who was ahead of the backup is told to reload.
              Every log-in has ended: people log in again.
              What was done after the backup is undone: repeat the removals, role changes and key rotations that must hold.
              Who was erased after the backup is erased again when the server starts, if the data folder still has the file erased.
            """);
        if (replaced is not null)
            await Console.Error.WriteLineAsync($"  What was there before is in {replaced}: delete it when nobody needs it.");
    }
}
