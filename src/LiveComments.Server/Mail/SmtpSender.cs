using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;
using MimeKit.Utils;

namespace LiveComments.Server.Mail;

/// <summary>Gives messages to the SMTP server, each over a connection of its own: they are few.</summary>
internal sealed class SmtpSender(IOptions<MailOptions> options, TimeProvider time)
{
    /// <summary>A relay answers within a second; one that greylists or scans takes longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <exception cref="SmtpCommandException">The server refuses the message; with a status from 500 on, for good.</exception>
    /// <exception cref="Exception">Of whatever type: the server does not answer, does not speak SMTP, has no TLS or takes no log-in.</exception>
    public async Task SendAsync(Message message, CancellationToken ct)
    {
        var settings = options.Value;
        using var mime = new MimeMessage
        {
            Subject = message.Subject,
            Body = new TextPart("plain") { Text = message.Text },
            MessageId = MimeUtils.GenerateMessageId(settings.Page("").Host),
            Date = time.GetUtcNow(),
        };
        mime.From.Add(MailboxAddress.Parse(settings.From));
        mime.To.Add(new MailboxAddress("", message.To));
        // RFC 3834: nobody's holiday note answers it.
        mime.Headers.Add("Auto-Submitted", "auto-generated");
        using var patience = new CancellationTokenSource(Patience, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        using var client = new SmtpClient();
        await client.ConnectAsync(settings.Host, settings.Port, settings.Security switch
        {
            MailOptions.Tls => SecureSocketOptions.SslOnConnect,
            MailOptions.Plain => SecureSocketOptions.None,
            _ => SecureSocketOptions.StartTls,
        }, over.Token);
        if (settings.User.Length > 0)
            await client.AuthenticateAsync(settings.User, settings.Password, over.Token);
        await client.SendAsync(mime, over.Token);
        await client.DisconnectAsync(quit: true, over.Token);
    }
}
