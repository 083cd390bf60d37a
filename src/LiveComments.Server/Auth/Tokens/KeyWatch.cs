using Microsoft.Extensions.Options;

namespace LiveComments.Server.Auth.Tokens;

/// <summary>
/// Reads the shared keys before anything is served, and then once a second, because other servers and commands add and remove some.
/// </summary>
internal sealed partial class KeyWatch(SigningKeys signing, ProtectionKeys protection, TimeProvider time, ILogger<KeyWatch> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private bool _unreadable;

    /// <summary>Whether an exception says that keys cannot be read now.</summary>
    public static bool IsUnreadable(Exception e) => e is IOException or UnauthorizedAccessException or StoreUnavailableException or OptionsValidationException;

    /// <exception cref="StoreUnavailableException">The keys cannot be read, so the server does not start.</exception>
    /// <exception cref="OptionsValidationException">The keys were encrypted with another key than the configured one.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            try
            {
                await ReadAsync(stoppingToken);
                if (_unreadable)
                    LogReadable(log);
                _unreadable = false;
            }
            catch (Exception e) when (IsUnreadable(e))
            {
                // The keys in memory stay valid.
                if (!_unreadable)
                    LogUnreadable(log, e);
                _unreadable = true;
            }
    }

    private async Task ReadAsync(CancellationToken ct)
    {
        await signing.ReadAsync(ct);
        await protection.ReadAsync(ct);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The keys cannot be read; those in memory stay in use")]
    private static partial void LogUnreadable(ILogger log, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "The keys can be read again")]
    private static partial void LogReadable(ILogger log);
}
