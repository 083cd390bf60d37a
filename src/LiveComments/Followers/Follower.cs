using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LiveComments.Followers;

/// <summary>
/// Reads what is new in every event's log, in order, from a position that is kept (<see cref="IFollowerStore"/>) after what came before was passed on. One node of all does it. Whatever fails is tried again, and
/// nothing is left out.
/// </summary>
/// <param name="name">By which its positions are kept.</param>
/// <param name="task">What it does, for the log: "Publishing to Kafka".</param>
/// <param name="every">How often it looks for what is new.</param>
public abstract partial class Follower(string name, string task, TimeSpan every, IFollowerStore store, IDuty duty, TimeProvider time, ILogger logger) : BackgroundService
{
    /// <summary>Events that are asked for at once.</summary>
    private const int EventsAtOnce = 256;

    private long _completeAt = time.GetTimestamp();
    private volatile bool _isOurs;
    private bool _failing;

    /// <summary>Seconds since everything was passed on; 0 while another node does it.</summary>
    public double Delay => _isOurs ? time.GetElapsedTime(Volatile.Read(ref _completeAt)).TotalSeconds : 0;

    protected string Name => name;

    protected IFollowerStore Store => store;

    protected TimeProvider Time => time;

    protected ILogger Logger => logger;

    /// <summary>Passes on what is new in all events. What it throws, if <see cref="IsOutage"/> says so, ends this round only.</summary>
    public abstract Task FollowAsync(CancellationToken ct);

    /// <summary>Whether an exception says that something is away, which may be back later.</summary>
    protected virtual bool IsOutage(Exception exception) => exception is StoreUnavailableException;

    /// <summary>Another node follows.</summary>
    protected virtual void Rest()
    {
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, time);
        do
        {
            if (duty.IsOurs)
                await RoundAsync(stoppingToken);
            else if (_isOurs)
            {
                _isOurs = false;
                Rest();
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>The events in which something is new, by id, in pages.</summary>
    protected async IAsyncEnumerable<IReadOnlyList<FollowedEvent>> BehindAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        EventId? last = null;
        IReadOnlyList<FollowedEvent> page;
        do
        {
            page = await store.BehindAsync(name, last, EventsAtOnce, ct);
            if (page.Count == 0)
                break;
            last = page[^1].Id;
            yield return page;
        }
        while (page.Count == EventsAtOnce);
    }

    private async Task RoundAsync(CancellationToken ct)
    {
        if (!_isOurs)
            Volatile.Write(ref _completeAt, time.GetTimestamp());
        _isOurs = true;
        try
        {
            await FollowAsync(ct);
        }
        catch (Exception e) when (IsOutage(e))
        {
            if (!_failing)
                LogWaits(logger, task, e.Message);
            _failing = true;
            return;
        }
        Volatile.Write(ref _completeAt, time.GetTimestamp());
        if (_failing)
            LogGoesOn(logger, task);
        _failing = false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Task} waits: {Reason}")]
    private static partial void LogWaits(ILogger logger, string task, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Task} goes on")]
    private static partial void LogGoesOn(ILogger logger, string task);
}
