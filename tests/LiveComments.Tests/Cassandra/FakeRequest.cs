using System.Buffers.Binary;
using System.Text;
using LiveComments.Cassandra.Cql;

namespace LiveComments.Tests.Cassandra;

/// <summary>What a <see cref="FakeNode"/> was asked.</summary>
internal sealed record FakeRequest(Stream Connection, short Stream, Opcode Opcode, byte[] Body)
{
    /// <summary>The text that the body begins with, of a query or a statement to prepare.</summary>
    public string Text => Encoding.UTF8.GetString(Body.AsSpan(4, BinaryPrimitives.ReadInt32BigEndian(Body)));

    public static FrameWriter Write(Opcode opcode) => new(opcode);

    /// <summary>A result with rows of texts, all of one column.</summary>
    public static FrameWriter Rows(string column, params string[] texts) => Rows([new Column(column, ColumnType.Varchar)], [.. texts.Select(text => new[] { Encoding.UTF8.GetBytes(text) })]);

    public static FrameWriter Rows(IReadOnlyList<Column> columns, IReadOnlyList<byte[]?[]> rows)
    {
        var writer = Write(Opcode.Result).Int(2).Int(1).Int(columns.Count).Text("keyspace").Text("table");
        foreach (var column in columns)
            WriteType(writer.Text(column.Name), column.Type);
        writer.Int(rows.Count);
        foreach (var value in rows.SelectMany(row => row))
            writer.Bytes(value);
        return writer;
    }

    /// <summary>A prepared statement that takes these and has its partition key in the first.</summary>
    public static FrameWriter Prepared(byte[] id, params IReadOnlyList<Column> markers)
    {
        var writer = Write(Opcode.Result).Int(4).ShortBytes(id).Int(1).Int(markers.Count).Int(markers.Count > 0 ? 1 : 0);
        if (markers.Count > 0)
            writer.Short(0);
        writer.Text("keyspace").Text("table");
        foreach (var marker in markers)
            WriteType(writer.Text(marker.Name), marker.Type);
        return writer.Int(4).Int(0);
    }

    public static FrameWriter Failure(CqlFailure failure, string message) => Write(Opcode.Error).Int((int)failure).Text(message);

    public bool Reply(FrameWriter answer) => Reply(answer, Stream);

    /// <summary>Answers on a stream that may be another request's.</summary>
    public bool Reply(FrameWriter answer, short stream)
    {
        var frame = answer.ToFrame().ToArray();
        frame[0] = Frame.ResponseVersion;
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(2), stream);
        return Send(frame);
    }

    public bool Send(byte[] bytes)
    {
        lock (Connection)
            Connection.Write(bytes);
        return true;
    }

    public bool Close()
    {
        Connection.Dispose();
        return true;
    }

    private static void WriteType(FrameWriter writer, ColumnType type)
    {
        writer.Short((ushort)type);
        if (type is ColumnType.List or ColumnType.Set)
            writer.Short((ushort)ColumnType.Varchar);
    }
}
