using Npgsql;

namespace LiveComments.PostgreSql;

/// <summary>What the errors of the driver and the server mean.</summary>
internal static class StoreFailures
{
    /// <summary>A mistake in the work itself, such as a broken constraint: not a failing database.</summary>
    public static bool IsMistake(Exception e) => e is not (NpgsqlException or OperationCanceledException or IOException or TimeoutException or ObjectDisposedException)
        || e is PostgresException { SqlState: var state, InvariantSeverity: "ERROR" } && state != PostgresErrorCodes.InsufficientPrivilege && state[..2] is "22" or "23" or "42";

    /// <summary>The server undid it because of what others did at the same moment: another try may succeed.</summary>
    public static bool IsWorthAnotherTry(Exception e) => e is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    /// <summary>
    /// True when the server said that it undid the transaction. An error does that, in whatever language its text is. A connection that ends, also with a last word of a server that stops, says
    /// nothing about a commit that was under way.
    /// </summary>
    public static bool LeftNothing(Exception e) => e is PostgresException { InvariantSeverity: "ERROR" };

    /// <summary>The disk of the server is full.</summary>
    public static bool IsFull(Exception e) => e is PostgresException { SqlState: PostgresErrorCodes.DiskFull };

    /// <summary>Somebody else held a lock for longer than a call waits. The database itself works.</summary>
    public static bool IsContention(Exception e) => e is PostgresException
    {
        SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
    };

    /// <summary>A part of the database cannot be read.</summary>
    public static bool IsDamage(Exception e) => e is PostgresException { SqlState: PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted };
}
