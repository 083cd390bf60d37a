using LiveComments.Accounts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LiveComments.PersonalData;

/// <summary>Erases what is due, once a second, on the node whose duty it is. On every node it forgets the profiles of accounts that have changed, so that nobody is mentioned under a name that is erased.</summary>
internal sealed partial class ErasureSchedule(Erasures erasures, SessionChecks checks, Profiles profiles, IDuty duty, TimeProvider time, ILogger<ErasureSchedule> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        checks.StandingChanged += profiles.Forget;
        return base.StartAsync(cancellationToken);
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        checks.StandingChanged -= profiles.Forget;
        return base.StopAsync(cancellationToken);
    }

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
                await erasures.CarryOutAsync(stoppingToken);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Personal data is erased later, because the store does not answer")]
    private static partial void LogWaits(ILogger logger, Exception exception);
}
