using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace LiveComments.Redis;

/// <summary>
/// The connection to Redis. Every call has a time limit, and after one that failed the next second's calls fail at once: a Redis that hangs costs each of its users one wait in a second, and
/// recovery needs no restart.
/// </summary>
internal sealed partial class RedisClient(IOptions<RedisOptions> options, RedisMetrics metrics, TimeProvider time, ILogger<RedisClient> log) : IExternalHealth, IAsyncDisposable
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Task<ConnectionMultiplexer>? _connecting;
    private long _restsUntil;
    private volatile string? _fault;

    public string? Fault => _fault;

    public string Prefix => options.Value.Prefix;

    /// <summary>Asks Redis something.</summary>
    /// <exception cref="RedisAwayException"/>
    public async Task<T> AskAsync<T>(Func<IDatabase, Task<T>> call)
    {
        var started = time.GetTimestamp();
        if (started < Volatile.Read(ref _restsUntil))
        {
            metrics.Count("skipped");
            throw new RedisAwayException("Redis did not answer a moment ago.");
        }
        try
        {
            var answer = await AnswerAsync(call).WaitAsync(options.Value.Timeout, time);
            metrics.Answered(time.GetElapsedTime(started));
            if (_fault is not null)
                LogBack(log);
            _fault = null;
            return answer;
        }
        catch (TimeoutException e)
        {
            throw Away("timed-out", e);
        }
        // A connection that is lost or not there yet, a Redis that is full, that is loading, that has become a replica, or that refuses the password.
        catch (RedisException e)
        {
            throw Away("failed", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connecting is { IsCompletedSuccessfully: true } connected)
            await (await connected).DisposeAsync();
    }

    private async Task<T> AnswerAsync<T>(Func<IDatabase, Task<T>> call)
    {
        var connection = await ConnectAsync();
        return await call(connection.GetDatabase());
    }

    private Task<ConnectionMultiplexer> ConnectAsync()
    {
        lock (_lock)
        {
            // Once there is a connection, the client itself connects again; only a first attempt that failed is repeated here.
            if (_connecting is null or { IsFaulted: true })
                _connecting = ConnectionMultiplexer.ConnectAsync(Settings(options.Value));
            return _connecting;
        }
    }

    /// <exception cref="ArgumentException">The text is no connection string.</exception>
    internal static ConfigurationOptions Settings(RedisOptions options)
    {
        var settings = ConfigurationOptions.Parse(options.Connection);
        // A key without our prefix, by which clients agree on one of several masters: there are none.
        settings.TieBreaker = "";
        settings.AbortOnConnectFail = false;
        settings.ClientName = "livecomments";
        // What cannot be sent now is not kept for later: it would be old by then.
        settings.BacklogPolicy = BacklogPolicy.FailFast;
        return settings;
    }

    private RedisAwayException Away(string outcome, Exception e)
    {
        Volatile.Write(ref _restsUntil, time.GetTimestamp() + (long)(Rest.TotalSeconds * time.TimestampFrequency));
        metrics.Count(outcome);
        if (_fault is null)
            LogAway(log, e.Message);
        _fault = "Redis does not answer; each node knows only who is here on itself.";
        return new RedisAwayException("Redis does not answer.", e);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis does not answer: {Reason}. The server goes on without it")]
    private static partial void LogAway(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Redis answers again")]
    private static partial void LogBack(ILogger log);
}
