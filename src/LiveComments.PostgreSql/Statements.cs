using System.Buffers.Binary;
using Npgsql;
using NpgsqlTypes;

namespace LiveComments.PostgreSql;

/// <summary>Short forms for statements with parameters <c>$1 .. $n</c>. Every parameter has its type, so that a null has one too and a statement is always prepared alike.</summary>
internal static class Statements
{
    /// <summary>Adds a statement to a batch.</summary>
    public static NpgsqlBatchCommand Add(this NpgsqlBatch batch, string sql)
    {
        var command = new NpgsqlBatchCommand(sql);
        batch.BatchCommands.Add(command);
        return command;
    }

    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, bool value) => command.With(NpgsqlDbType.Boolean, value);

    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, short value) => command.With(NpgsqlDbType.Smallint, value);

    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, short? value) => command.With(NpgsqlDbType.Smallint, value);

    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, int value) => command.With(NpgsqlDbType.Integer, value);

    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, long? value) => command.With(NpgsqlDbType.Bigint, value);

    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, Guid? value) => command.With(NpgsqlDbType.Uuid, value);

    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, string? value) => command.With(NpgsqlDbType.Text, value);

    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, byte[] value) => command.With(NpgsqlDbType.Bytea, value);

    /// <summary>Times are stored in whole milliseconds, so that what is answered is what is stored.</summary>
    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, DateTimeOffset? value) => command.With(NpgsqlDbType.TimestampTz, value?.ToMilliseconds());

    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, short[] values) => command.With(NpgsqlDbType.Array | NpgsqlDbType.Smallint, values);

    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, short?[] values) => command.With(NpgsqlDbType.Array | NpgsqlDbType.Smallint, values);

    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, int[] values) => command.With(NpgsqlDbType.Array | NpgsqlDbType.Integer, values);

    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, long[] values) => command.With(NpgsqlDbType.Array | NpgsqlDbType.Bigint, values);

    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, long?[] values) => command.With(NpgsqlDbType.Array | NpgsqlDbType.Bigint, values);

    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, Guid[] values) => command.With(NpgsqlDbType.Array | NpgsqlDbType.Uuid, values);

    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, Guid?[] values) => command.With(NpgsqlDbType.Array | NpgsqlDbType.Uuid, values);

    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, string?[] values) => command.With(NpgsqlDbType.Array | NpgsqlDbType.Text, values);

    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, byte[][] values) => command.With(NpgsqlDbType.Array | NpgsqlDbType.Bytea, values);

    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, DateTimeOffset[] values) =>
        command.With(NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, Array.ConvertAll(values, ToMilliseconds));

    public static Guid GetId(this NpgsqlDataReader row, int column) => row.GetFieldValue<Guid>(column);

    public static DateTimeOffset GetTime(this NpgsqlDataReader row, int column) => row.GetFieldValue<DateTimeOffset>(column);

    public static DateTimeOffset? GetTimeOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetTime(column);

    public static string? GetStringOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>128 bits as the 16 bytes of a uuid.</summary>
    public static Guid ToGuid(this UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return new Guid(bytes, bigEndian: true);
    }

    public static UInt128 ToUInt128(this Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public static DateTimeOffset ToMilliseconds(this DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    private static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, NpgsqlDbType type, object? value)
    {
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });
        return command;
    }
}
