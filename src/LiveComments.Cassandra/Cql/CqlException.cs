namespace LiveComments.Cassandra.Cql;

/// <summary>A request to Cassandra failed.</summary>
/// <param name="statementId">The prepared statement that the node does not know, with <see cref="CqlFailure.Unprepared"/>.</param>
internal sealed class CqlException(CqlFailure failure, string message, Exception? inner = null, byte[]? statementId = null) : Exception(message, inner)
{
    public CqlFailure Failure { get; } = failure;

    public byte[]? StatementId { get; } = statementId;

    /// <summary>
    /// False when a write certainly did nothing. A node may notice that replicas are missing or overloaded only after it has begun with a conditional write, so these say nothing about the outcome.
    /// </summary>
    public bool MayHaveHappened => Failure is not (CqlFailure.NotSent or CqlFailure.ProtocolError or CqlFailure.BadCredentials or CqlFailure.SyntaxError or CqlFailure.Unauthorized
        or CqlFailure.Invalid or CqlFailure.ConfigurationError or CqlFailure.AlreadyExists or CqlFailure.Unprepared);

    /// <summary>Whether a node has more to do than it can.</summary>
    public bool IsTooMuch => Failure is CqlFailure.Overloaded or CqlFailure.TimedOut or CqlFailure.WriteTimeout or CqlFailure.ReadTimeout;

    /// <summary>Whether another node may do what this one did not.</summary>
    public bool IsPassing => Failure is CqlFailure.NotSent or CqlFailure.TimedOut or CqlFailure.Closed or CqlFailure.ServerError or CqlFailure.Unavailable or CqlFailure.Overloaded
        or CqlFailure.Bootstrapping or CqlFailure.WriteTimeout or CqlFailure.ReadTimeout or CqlFailure.ReadFailure or CqlFailure.WriteFailure;
}
