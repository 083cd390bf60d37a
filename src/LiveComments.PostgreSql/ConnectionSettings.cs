using Npgsql;

namespace LiveComments.PostgreSql;

/// <summary>How this program connects: what the operator's connection string says, and what the promises of the store need.</summary>
internal static class ConnectionSettings
{
    /// <summary>Statements that a connection keeps prepared: more than there are texts in the code.</summary>
    private const int PreparedStatements = 256;

    /// <summary>A lock that is not given within this part of the time limit fails the call, early enough that the answer is "nothing was done" and not "outcome unknown".</summary>
    private const double LockShare = 0.4;

    /// <summary>Of several hosts, one that was a standby or did not answer is asked again after this time. The driver's 10 s would be most of a failover.</summary>
    private const int HostRecheckSeconds = 2;

    /// <summary>What is wrong with the connection string; null when nothing is.</summary>
    public static string? Fault(PostgreSqlOptions options)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString);
            return string.IsNullOrEmpty(settings.Host) ? "It names no host."
                : settings.TargetSessionAttributes?.ToLowerInvariant() is not (null or "primary" or "read-write") ? "It does not ask for the primary, which alone takes writes."
                : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return e.Message;
        }
    }

    /// <summary>Connections to the host that takes writes, whichever of those in the connection string it is at the time, and connections for what may be old.</summary>
    public static (NpgsqlDataSource Primary, NpgsqlDataSource Old) CreateSources(PostgreSqlOptions options)
    {
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            ApplicationName = "livecomments",
            MaxPoolSize = options.Connections,
            // A call waits for a connection until its own time is up; this bounds what it takes to open one.
            Timeout = Seconds(options.Timeout),
            // The driver's own time limit has whole seconds, and its cancelling blocks a thread: see PostgreSqlDatabase.
            CommandTimeout = 0,
            CancellationTimeout = -1,
            MaxAutoPrepare = PreparedStatements,
            AutoPrepareMinUsages = 2,
            // No call changes a setting of its connection for longer than its transaction.
            NoResetOnClose = true,
            HostRecheckSeconds = HostRecheckSeconds,
            // Said below: the driver's builder refuses it for several hosts.
            TargetSessionAttributes = null,
        };
        settings.Options = $"{settings.Options} {ServerSettings(options)}".TrimStart();
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        if (!settings.Host!.Contains(',', StringComparison.Ordinal))
        {
            var only = builder.Build();
            return (only, only);
        }
        var hosts = builder.BuildMultiHost();
        var primary = hosts.WithTargetSession(TargetSessionAttributes.Primary);
        return (primary, options.ListsFromStandby ? hosts.WithTargetSession(TargetSessionAttributes.PreferStandby) : primary);
    }

    private static string ServerSettings(PostgreSqlOptions options)
    {
        var timeout = (int)options.Timeout.TotalMilliseconds;
        return string.Join(' ', new[]
        {
            $"statement_timeout={timeout}",
            $"lock_timeout={(int)(timeout * LockShare)}",
            // The lock of a node that is frozen between two statements is not held for ever.
            $"idle_in_transaction_session_timeout={timeout}",
            // Every query finds its rows one after another by an index. A statement is planned once, often while its table is still empty, when reading the whole table would look cheaper.
            "plan_cache_mode=force_generic_plan",
            "enable_seqscan=off",
            "enable_hashjoin=off",
            "enable_mergejoin=off",
            "jit=off",
        }.Select(setting => "-c " + setting));
    }

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)Math.Ceiling(time.TotalSeconds));
}
