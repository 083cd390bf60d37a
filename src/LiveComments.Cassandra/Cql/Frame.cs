namespace LiveComments.Cassandra.Cql;

/// <summary>A frame that came from a node.</summary>
/// <param name="Flags">What stands before the content of the body.</param>
/// <param name="Stream">The request that it answers; -1 for an event.</param>
internal readonly record struct Frame(byte Flags, short Stream, Opcode Opcode, byte[] Body)
{
    /// <summary>Every frame begins with so many bytes: version, flags, stream (2), opcode, length of the body (4).</summary>
    public const int HeaderLength = 9;

    /// <summary>The longest body, in bytes: what a node takes too (<c>native_transport_max_frame_size</c>).</summary>
    public const int BodyLimit = 16 * 1024 * 1024;

    public const byte RequestVersion = 0x04, ResponseVersion = 0x84;

    private const byte Compressed = 0x01, Traced = 0x02, WithPayload = 0x04, WithWarnings = 0x08;

    /// <summary>A reader that stands where the content begins.</summary>
    /// <exception cref="CqlException"/>
    public BodyReader Open()
    {
        if ((Flags & Compressed) != 0)
            throw new CqlException(CqlFailure.Malformed, "A frame is compressed, which was not agreed.");
        var reader = new BodyReader(Body);
        if ((Flags & Traced) != 0)
            reader.Skip(16);
        if ((Flags & WithWarnings) != 0)
            for (var left = reader.Short(); left > 0; left--)
                reader.Skip(reader.Short());
        if ((Flags & WithPayload) != 0)
            for (var left = reader.Short(); left > 0; left--)
            {
                reader.Skip(reader.Short());
                reader.Skip(Math.Max(0, reader.Int()));
            }
        return reader;
    }
}
