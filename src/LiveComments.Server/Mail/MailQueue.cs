using System.Threading.Channels;
using MailKit.Net.Smtp;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Mail;

/// <summary>
/// Sends messages beside the requests that order them, so that no request takes longer where there is somebody to write to. While the SMTP server takes none, the oldest is tried again and again, the others wait, and what has
/// waited too long is given up: whoever ordered it has gone, and asks again. Orders are in this node's memory only.
/// </summary>
internal sealed partial class MailQueue(SmtpSender sender, MailMetrics metrics, IOptions<MailOptions> options, TimeProvider time, ILogger<MailQueue> log) : BackgroundService, IExternalHealth
{
    /// <summary>At a tenth of a second each, the last is sent after less than two minutes. At about 200 bytes each, 200 KB.</summary>
    private const int Capacity = 1_000;

    /// <summary>Nobody waits for a message longer.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(30);

    private readonly Channel<MailOrder> _orders = Channel.CreateBounded<MailOrder>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private volatile string? _fault;

    /// <inheritdoc/>
    public string? Fault => _fault;

    /// <summary>Orders a message; false when too many wait.</summary>
    public bool TryAdd(MailKind kind, Func<CancellationToken, ValueTask<Message?>> make)
    {
        if (_orders.Writer.TryWrite(new MailOrder(kind, time.GetUtcNow(), make)))
            return true;
        metrics.Count(kind, MailMetrics.Dropped);
        return false;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.Watch(() => _orders.Reader.Count);
        await foreach (var order in _orders.Reader.ReadAllAsync(stoppingToken))
            await DeliverAsync(order, stoppingToken);
    }

    private async Task DeliverAsync(MailOrder order, CancellationToken ct)
    {
        Message? message = null;
        for (var pause = FirstPause; time.GetUtcNow() - order.OrderedAt < Longest; pause = pause < LongestPause ? 2 * pause : LongestPause)
        {
            try
            {
                message ??= await order.Make(ct);
                if (message is null)
                    return;
                await sender.SendAsync(message, ct);
                metrics.Count(order.Kind, MailMetrics.Sent);
                Works();
                return;
            }
            catch (SmtpCommandException e) when ((int)e.StatusCode >= 500 && e.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted)
            {
                metrics.Count(order.Kind, MailMetrics.Refused);
                LogRefused(log, (int)e.StatusCode, e.Message);
                Works();
                return;
            }
            // Nothing about a message may end the loop: the next one may be fine.
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                if (_fault is null)
                    LogFailing(log, e, options.Value.Host, options.Value.Port, e.Message);
                _fault = e is StoreUnavailableException ? "E-mail waits, because the store does not answer." : $"E-mail cannot be sent: {options.Value.Host}:{options.Value.Port} does not take it.";
            }
            await Task.Delay(pause, time, ct);
        }
        metrics.Count(order.Kind, MailMetrics.Expired);
    }

    private void Works()
    {
        if (_fault is not null)
            LogWorks(log);
        _fault = null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "E-mail cannot be sent by {Host}:{Port}; it is tried again. {Why}")]
    private static partial void LogFailing(ILogger log, Exception exception, string host, int port, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "E-mail can be sent again")]
    private static partial void LogWorks(ILogger log);

    // At most one line for each message, and those are limited by address and account.
    [LoggerMessage(Level = LogLevel.Warning, Message = "The SMTP server refuses a message with {Status}: {Why}")]
    private static partial void LogRefused(ILogger log, int status, string why);
}
