using System.Globalization;
using System.Text;

namespace LiveComments.Analytics;

/// <summary>
/// Batches on disk, one file each, while the store is away; the oldest comes out first. It is bounded by its size. A power loss may lose what was written last: rows of a node may be lost.
/// </summary>
/// <param name="folder">Created with the first batch.</param>
/// <param name="capacity">Bytes.</param>
internal sealed class Spool(string folder, long capacity)
{
    /// <summary>What a file begins with: its form. Files of the first form have no localities.</summary>
    private const byte Form = 2, FirstForm = 1;

    private const int NoLatency = -1;

    private readonly SortedDictionary<string, long> _files = Find(folder);

    /// <summary>Bytes on disk.</summary>
    public long Size => _files.Values.Sum();

    public bool IsEmpty => _files.Count == 0;

    /// <summary>Writes a batch behind the others; false when there is no room, or the disk does not take it.</summary>
    public bool TryAdd(AnalyticsBatch batch, DateTimeOffset now)
    {
        var bytes = Write(batch);
        if (Size + bytes.Length > capacity)
            return false;
        try
        {
            Directory.CreateDirectory(folder);
            var name = string.Create(CultureInfo.InvariantCulture, $"{now.UtcTicks:D20}-{batch.Id:N}.rows");
            var path = Path.Combine(folder, name);
            File.WriteAllBytes(path + ".part", bytes);
            File.Move(path + ".part", path, overwrite: true);
            _files[name] = bytes.Length;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The oldest batch, which stays until <see cref="RemoveOldest"/>; null when its file cannot be read. There must be one.</summary>
    public AnalyticsBatch? Oldest()
    {
        try
        {
            return Read(File.ReadAllBytes(Path.Combine(folder, _files.First().Key)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    public void RemoveOldest()
    {
        var name = _files.First().Key;
        _files.Remove(name);
        try
        {
            File.Delete(Path.Combine(folder, name));
            if (IsEmpty)
                Directory.Delete(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Added again after a restart, it counts once: the store knows its id.
        }
    }

    private static SortedDictionary<string, long> Find(string folder)
    {
        var files = new SortedDictionary<string, long>(StringComparer.Ordinal);
        if (Directory.Exists(folder))
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*.rows"))
                files.Add(file.Name, file.Length);
        return files;
    }

    private static byte[] Write(AnalyticsBatch batch)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Form);
        writer.Write(batch.Id.ToByteArray());
        writer.Write(batch.Rows.Count);
        foreach (var row in batch.Rows)
        {
            writer.Write(row.Event.Value.ToByteArray());
            writer.Write(row.Time.ToUnixTimeMilliseconds());
            writer.Write((byte)row.Action);
            writer.Write(row.Comment.Value.ToByteArray());
            writer.Write(row.Author);
            writer.Write(row.Length);
            writer.Write(row.Reason ?? "");
            writer.Write(row.Platform ?? "");
            writer.Write(row.LatencyMs ?? NoLatency);
            writer.Write(row.From?.Country ?? "");
            writer.Write(row.From?.Region ?? "");
            writer.Write(row.Count);
        }
        writer.Flush();
        return bytes.ToArray();
    }

    private static AnalyticsBatch Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        var form = reader.ReadByte();
        if (form is not (FirstForm or Form))
            throw new FormatException("The file has another form.");
        var id = new Guid(reader.ReadBytes(16));
        var rows = new List<AnalyticsRow>();
        for (var count = reader.ReadInt32(); count > 0; count--)
            rows.Add(new AnalyticsRow(new EventId(new Guid(reader.ReadBytes(16))), DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64()), (AnalyticsAction)reader.ReadByte())
            {
                Comment = new CommentId(new Guid(reader.ReadBytes(16))),
                Author = reader.ReadUInt64(),
                Length = reader.ReadInt32(),
                Reason = reader.ReadString() is { Length: > 0 } reason ? reason : null,
                Platform = reader.ReadString() is { Length: > 0 } platform ? platform : null,
                LatencyMs = reader.ReadInt32() is var latency and not NoLatency ? latency : null,
                From = form == FirstForm ? null : Locality.Of(reader.ReadString(), reader.ReadString()),
                Count = reader.ReadInt64(),
            });
        return new AnalyticsBatch(id, rows, []);
    }
}
