namespace LiveComments.Cassandra.Cql;

/// <summary>What nodes answer (native protocol v4, 4.2).</summary>
internal static class Responses
{
    private const int RowsKind = 2, PreparedKind = 4;

    /// <summary>The rows of a result; none of one that has no rows.</summary>
    /// <exception cref="CqlException">The node refused or failed, or the answer is malformed.</exception>
    public static RowSet Rows(Frame frame)
    {
        var reader = OpenResult(frame);
        return reader.Int() == RowsKind ? RowSet.Read(ref reader, frame.Body) : RowSet.Empty;
    }

    /// <inheritdoc cref="Rows"/>
    public static Prepared Prepared(Frame frame)
    {
        var reader = OpenResult(frame);
        return reader.Int() == PreparedKind ? Cql.Prepared.Read(ref reader) : throw new CqlException(CqlFailure.Malformed, "A node was to prepare a statement and answers something else.");
    }

    /// <exception cref="CqlException">It is another answer.</exception>
    public static void Expect(Frame frame, params ReadOnlySpan<Opcode> opcodes)
    {
        if (frame.Opcode == Opcode.Error)
            throw Failure(frame);
        if (!opcodes.Contains(frame.Opcode))
            throw new CqlException(CqlFailure.Malformed, $"A node answers with {frame.Opcode} instead of {opcodes[0]}.");
    }

    private static BodyReader OpenResult(Frame frame)
    {
        Expect(frame, Opcode.Result);
        return frame.Open();
    }

    private static CqlException Failure(Frame frame)
    {
        var reader = frame.Open();
        var failure = (CqlFailure)reader.Int();
        var message = $"Cassandra: {reader.Text()}";
        // A code that this program does not know says nothing about what was done.
        return Enum.IsDefined(failure) && failure < CqlFailure.NotSent
            ? new CqlException(failure, message, statementId: failure == CqlFailure.Unprepared ? reader.ShortBytes() : null)
            : new CqlException(CqlFailure.ServerError, message);
    }
}
