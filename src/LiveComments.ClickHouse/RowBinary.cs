using System.Buffers.Binary;
using System.Text;
using LiveComments.Analytics;

namespace LiveComments.ClickHouse;

/// <summary>Rows as ClickHouse's form RowBinary: the columns one after another, numbers with their low byte first, texts after their length.</summary>
internal static class RowBinary
{
    /// <summary>In the order in which <see cref="Write(AnalyticsBatch)"/> writes them.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["row_id", "event_id", "comment_id", "event_timestamp", "action_type", "counted", "part", "epoch", "seq", "author", "content_length", "reason", "client_platform", "geo_country", "geo_region",
            "processing_latency_ms", "count"];

    /// <summary>About what a row takes.</summary>
    private const int Row = 128;

    /// <summary>By the number of its action, its name in the table.</summary>
    private static readonly string[] Names = [.. Enumerable.Range(0, Enum.GetValues<AnalyticsAction>().Max(action => (int)action) + 1).Select(action => ((AnalyticsAction)action).ToString().ToLowerInvariant())];

    public static Stream Write(AnalyticsBatch batch)
    {
        var bytes = new MemoryStream(batch.Rows.Count * Row);
        using var writer = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true);
        // Rows that no log has are told apart by their batch and their place in it.
        var number = BitConverter.ToUInt64(batch.Id.ToByteArray());
        foreach (var row in batch.Rows)
        {
            writer.Write(row.Entry.Seq == 0 ? number++ : unchecked((ulong)row.Entry.Epoch + (ulong)row.Entry.Seq));
            Write(writer, row.Event.Value);
            Write(writer, row.Comment.Value);
            writer.Write(row.Time.ToUnixTimeMilliseconds());
            writer.Write(Names[(int)row.Action]);
            writer.Write(Measures.Of(row.Action));
            writer.Write(Measures.PartOf(row) ?? "");
            writer.Write(row.Entry.Epoch);
            writer.Write((ulong)row.Entry.Seq);
            writer.Write(row.Author);
            writer.Write((uint)row.Length);
            writer.Write(row.Reason ?? "");
            writer.Write(row.Platform ?? "");
            writer.Write(row.From?.Country ?? "");
            writer.Write(row.From?.Region ?? "");
            writer.Write((uint)(row.LatencyMs ?? 0));
            writer.Write(row.Count);
        }
        writer.Flush();
        bytes.Position = 0;
        return bytes;
    }

    /// <summary>ClickHouse keeps a UUID as two numbers of 64 bits.</summary>
    private static void Write(BinaryWriter writer, Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        writer.Write(BinaryPrimitives.ReadUInt64BigEndian(bytes));
        writer.Write(BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
    }
}
