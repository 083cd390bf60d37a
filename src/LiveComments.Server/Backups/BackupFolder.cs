using System.Security.Cryptography;
using System.Text.Json;
using LiveComments.Server.Files;
using LiveComments.Server.Startup;

namespace LiveComments.Server.Backups;

/// <summary>
/// A backup: a folder with the database as one file, the keys, and <c>backup.json</c>, which is written last and names every file
/// with its length and SHA-256. A folder without it is not a backup.
/// </summary>
internal static class BackupFolder
{
    private const string ManifestFile = "backup.json";
    private const int Format = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Makes a file part of a new backup: flushes and measures it.</summary>
    public static async Task<BackupFile> SealAsync(string folder, string name, CancellationToken ct)
    {
        await using var file = new FileStream(Path.Combine(folder, name), FileMode.Open, FileAccess.ReadWrite);
        Fsync.File(file);
        return new BackupFile(name, file.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct)));
    }

    /// <summary>Completes a new backup whose files are sealed.</summary>
    public static async Task CompleteAsync(string folder, BackupManifest manifest, CancellationToken ct)
    {
        await using (var file = PrivateFiles.Create(Path.Combine(folder, ManifestFile)))
        {
            await JsonSerializer.SerializeAsync(file, manifest with { Format = Format }, Json, ct);
            Fsync.File(file);
        }
        foreach (var inner in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories))
            Fsync.Folder(inner);
        Fsync.Folder(folder);
    }

    /// <exception cref="CommandException">It is no backup, or one this program cannot read.</exception>
    public static async Task<BackupManifest> ReadAsync(string folder, CancellationToken ct)
    {
        try
        {
            await using var file = File.OpenRead(Path.Combine(folder, ManifestFile));
            var manifest = await JsonSerializer.DeserializeAsync<BackupManifest>(file, Json, ct);
            if (manifest is not { Files: not null })
                throw new CommandException($"{folder} is damaged: {ManifestFile} says nothing.");
            if (manifest.Format != Format)
                throw new CommandException($"{folder} is a backup of format {manifest.Format}, this program knows {Format}: use a newer program.");
            // The list comes from outside, so its names must not lead out of the folder.
            if (manifest.Files.Any(file => Path.IsPathRooted(file.Name) || file.Name.Split('/', '\\').Any(part => part is "" or "." or "..")))
                throw new CommandException($"{folder} is damaged: {ManifestFile} names a file outside of it.");
            return manifest;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException($"{folder} is not a complete backup: it has no {ManifestFile}.");
        }
        catch (JsonException)
        {
            throw new CommandException($"{folder} is damaged: {ManifestFile} cannot be read.");
        }
    }

    /// <summary>Copies a backup's files and compares every byte with what the backup says.</summary>
    /// <exception cref="CommandException">A file is missing or differs.</exception>
    public static async Task CopyAsync(string folder, BackupManifest manifest, string destination, Action<double> done, CancellationToken ct)
    {
        var total = Math.Max(1, manifest.Files.Sum(file => file.Bytes));
        var copied = 0L;
        foreach (var file in manifest.Files)
        {
            var target = Path.Combine(destination, file.Name);
            PrivateFiles.CreateFolder(Path.GetDirectoryName(target)!);
            try
            {
                await using var source = File.OpenRead(Path.Combine(folder, file.Name));
                await using var copy = PrivateFiles.Create(target);
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                var buffer = new byte[1024 * 1024];
                int read;
                while ((read = await source.ReadAsync(buffer, ct)) > 0)
                {
                    hash.AppendData(buffer, 0, read);
                    await copy.WriteAsync(buffer.AsMemory(0, read), ct);
                    done((double)(copied += read) / total);
                }
                if (Convert.ToHexStringLower(hash.GetHashAndReset()) != file.Sha256)
                    throw new CommandException($"{folder} is damaged: {file.Name} is not what was backed up. Nothing was restored.");
                Fsync.File(copy);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                throw new CommandException($"{folder} is damaged: {file.Name} is missing. Nothing was restored.");
            }
        }
    }
}
