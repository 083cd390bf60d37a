using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LiveComments.Telemetry;

/// <summary>Stops the process when something fails that must never fail: a node that half works is worse than one that is restarted.</summary>
public sealed partial class ProcessFault(IHostApplicationLifetime lifetime, ILogger<ProcessFault> log)
{
    /// <summary>True once something failed: the host is stopping, and its process must end with a failure.</summary>
    public bool IsRaised { get; private set; }

    public void Raise(Exception exception)
    {
        LogFault(log, exception);
        IsRaised = true;
        lifetime.StopApplication();
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "A background loop failed; the process stops")]
    private static partial void LogFault(ILogger log, Exception exception);
}
