using System.Diagnostics.Metrics;
using LiveComments.Telemetry;

namespace LiveComments.Server.Mail;

/// <summary>Counts messages by kind and outcome.</summary>
internal sealed class MailMetrics
{
    public const string Sent = "sent", Refused = "refused", Expired = "expired", Dropped = "dropped";

    private readonly Meter _meter;
    private readonly Counter<long> _messages;

    public MailMetrics(IMeterFactory meters)
    {
        _meter = meters.LiveComments();
        _messages = _meter.CreateCounter<long>("livecomments.mail.messages", "{message}",
            "E-mail messages, by kind and outcome: sent, refused by the SMTP server for good, expired because it took none for ten minutes, or dropped because too many waited.");
        foreach (var kind in Enum.GetValues<MailKind>())
            foreach (var outcome in (string[])[Sent, Refused, Expired, Dropped])
                _messages.Add(0, new("kind", Word(kind)), new("outcome", outcome));
    }

    public void Count(MailKind kind, string outcome) => _messages.Add(1, new("kind", Word(kind)), new("outcome", outcome));

    public void Watch(Func<int> waiting) => _meter.CreateObservableGauge("livecomments.mail.waiting", waiting, "{message}", "E-mail messages that wait to be sent.");

    private static string Word(MailKind kind) => kind == MailKind.ForgottenPassword ? "forgotten-password" : "password-changed";
}
