using System.Text;

namespace LiveComments.Cassandra.Cql;

/// <summary>What this program asks nodes (native protocol v4, 4.1).</summary>
internal static class Requests
{
    private const byte WithValues = 0x01, WithPageSize = 0x04, WithPagingState = 0x08, WithSerial = 0x10;
    private const byte Unlogged = 1, PreparedKind = 1;

    public static ReadOnlyMemory<byte> Startup { get; } = new FrameWriter(Opcode.Startup).Short(1).Text("CQL_VERSION").Text("3.0.0").ToFrame();

    /// <summary>Asks for nothing, to see whether the node answers.</summary>
    public static ReadOnlyMemory<byte> Options { get; } = new FrameWriter(Opcode.Options).ToFrame();

    public static ReadOnlyMemory<byte> Register { get; } = new FrameWriter(Opcode.Register).Short(2).Text("TOPOLOGY_CHANGE").Text("STATUS_CHANGE").ToFrame();

    /// <summary>SASL PLAIN (RFC 4616).</summary>
    public static ReadOnlyMemory<byte> Plain(string username, string password) => new FrameWriter(Opcode.AuthResponse).Bytes(Encoding.UTF8.GetBytes($"\0{username}\0{password}")).ToFrame();

    public static ReadOnlyMemory<byte> Prepare(string cql) => new FrameWriter(Opcode.Prepare).LongText(cql).ToFrame();

    /// <summary>A statement without values.</summary>
    public static ReadOnlyMemory<byte> Query(string cql, Consistency consistency) => new FrameWriter(Opcode.Query).LongText(cql).Short((ushort)consistency).Byte(0).ToFrame();

    /// <param name="page">Where the page begins; null for the first.</param>
    public static ReadOnlyMemory<byte> Execute(Statement statement, Prepared prepared, byte[]?[] values, byte[]? page)
    {
        var flags = (byte)((values.Length > 0 ? WithValues : 0) | (statement.PageSize > 0 ? WithPageSize : 0) | (page is null ? 0 : WithPagingState) | (statement.Serial is null ? 0 : WithSerial));
        var writer = new FrameWriter(Opcode.Execute).ShortBytes(prepared.Id).Short((ushort)statement.Consistency).Byte(flags);
        if (values.Length > 0)
            writer.Values(values);
        if (statement.PageSize > 0)
            writer.Int(statement.PageSize);
        if (page is not null)
            writer.Bytes(page);
        if (statement.Serial is { } serial)
            writer.Short((ushort)serial);
        return writer.ToFrame();
    }

    /// <summary>One write of all statements, which are of one partition. The first says how consistent it is.</summary>
    public static ReadOnlyMemory<byte> Batch(IReadOnlyList<(Statement Statement, Prepared Prepared, byte[]?[] Values)> parts)
    {
        var writer = new FrameWriter(Opcode.Batch).Byte(Unlogged).Short(parts.Count);
        foreach (var (_, prepared, values) in parts)
            writer.Byte(PreparedKind).ShortBytes(prepared.Id).Values(values);
        var first = parts[0].Statement;
        writer.Short((ushort)first.Consistency).Byte(first.Serial is null ? (byte)0 : WithSerial);
        if (first.Serial is { } serial)
            writer.Short((ushort)serial);
        return writer.ToFrame();
    }
}
