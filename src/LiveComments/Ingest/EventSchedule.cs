using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LiveComments.Ingest;

/// <summary>
/// Once a second, starts events and closes polls that are due, shows comments whose delay is over and completes what a crash interrupted. It waits for a store that does not answer; any other failure stops the host.
/// </summary>
internal sealed partial class EventSchedule(EventControl control, ModerationControl moderation, PollControl polls, IDuty duty, TimeProvider time, ILogger<EventSchedule> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        var waiting = false;
        do
        {
            if (!duty.IsOurs)
                continue;
            try
            {
                await control.StartDueAsync(stoppingToken);
                await control.RepairAsync(stoppingToken);
                await moderation.FinishAsync(stoppingToken);
                await moderation.ReleaseAsync(stoppingToken);
                await polls.CloseDueAsync(stoppingToken);
                await polls.RepairAsync(stoppingToken);
                if (waiting)
                    LogWorksAgain(logger);
                waiting = false;
            }
            catch (StoreUnavailableException e)
            {
                if (!waiting)
                    LogWaits(logger, e);
                waiting = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Events do not start by themselves until the store answers")]
    private static partial void LogWaits(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Events start by themselves again")]
    private static partial void LogWorksAgain(ILogger logger);
}
