using System.Security.Cryptography;
using LiveComments.Keys;

namespace LiveComments.Server.Files;

/// <summary>
/// Keys in a folder: one file each, readable by its owner only. Another process may add or remove files at any time.
/// </summary>
internal sealed class KeyFolder(string path) : IKeyStore
{
    public ValueTask<IReadOnlyList<StoredKey>> ReadAsync(KeyRing ring, CancellationToken ct)
    {
        var (folder, extension) = FolderOf(ring);
        var keys = new List<StoredKey>();
        if (Directory.Exists(folder))
            foreach (var file in Directory.EnumerateFiles(folder, "*" + extension))
                try
                {
                    keys.Add(new StoredKey(Path.GetFileNameWithoutExtension(file), File.ReadAllBytes(file)));
                }
                catch (FileNotFoundException)
                {
                    // Removed at this moment.
                }
        keys.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        return new(keys);
    }

    public ValueTask<bool> AddAsync(KeyRing ring, StoredKey key, CancellationToken ct)
    {
        var (folder, extension) = FolderOf(ring);
        PrivateFiles.CreateFolder(folder);
        var (file, added) = (Path.Combine(folder, key.Name + extension), false);
        var draft = Path.Combine(folder, $"{key.Name}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}{extension}.new");
        try
        {
            using (var written = PrivateFiles.Create(draft))
            {
                written.Write(key.Value);
                Fsync.File(written);
            }
            // Readers never see half a key.
            added = NewName.TryGive(draft, file);
            if (!added)
            {
                File.Delete(draft);
                return new(false);
            }
            Fsync.Folder(folder);
            return new(true);
        }
        catch
        {
            // A key that is not flushed must not be used.
            File.Delete(draft);
            if (added)
                File.Delete(file);
            throw;
        }
    }

    public ValueTask RemoveAsync(KeyRing ring, IReadOnlyList<string> names, CancellationToken ct)
    {
        var (folder, extension) = FolderOf(ring);
        foreach (var name in names)
            File.Delete(Path.Combine(folder, name + extension));
        // A removed key must not come back after a power loss.
        Fsync.Folder(folder);
        return default;
    }

    private (string Folder, string Extension) FolderOf(KeyRing ring) => ring switch
    {
        KeyRing.Signing => (Path.Combine(path, "signing"), ".key"),
        KeyRing.Networks => (Path.Combine(path, "networks"), ".key"),
        _ => (Path.Combine(path, "protection"), ".xml"),
    };
}
