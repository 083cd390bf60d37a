using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
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
    /// <exception cref="Exception">Of whatever type, with words for operators: the server does not answer, does not speak SMTP, has no TLS, is not trusted or takes no log-in.</exception>
    public async Task SendAsync(Message message, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            await DeliverAsync(message, over.Token);
        }
        catch (OperationCanceledException e) when (patience.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new TimeoutException($"It did not answer within {Patience.TotalSeconds:F0} seconds. With Security starttls, a port that begins with TLS, such as 465, waits like this.", e);
        }
    }

    private async Task DeliverAsync(Message message, CancellationToken ct)
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
        using var client = new SmtpClient();
        string? distrust = null;
        client.ServerCertificateValidationCallback = (_, certificate, chain, errors) => (distrust = Distrust(settings.Host, certificate, chain, errors)) is null;
        try
        {
            await client.ConnectAsync(settings.Host, settings.Port, settings.Security switch
            {
                MailOptions.Tls => SecureSocketOptions.SslOnConnect,
                MailOptions.Plain => SecureSocketOptions.None,
                _ => SecureSocketOptions.StartTls,
            }, ct);
        }
        catch (SslHandshakeException e) when (distrust is not null)
        {
            throw new SslHandshakeException(distrust, e);
        }
        if (settings.User.Length > 0)
            await client.AuthenticateAsync(settings.User, settings.Password, ct);
        await client.SendAsync(mime, ct);
        await client.DisconnectAsync(quit: true, ct);
    }

    /// <summary>Why a server is not the one that is meant; null when it is. A certificate that is known to be revoked is refused; one of an authority that publishes no such list, as one's own seldom does, is not.</summary>
    private static string? Distrust(string host, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 shown)
            return "It shows no certificate.";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"Its certificate is for {Names(shown)}, not for {host}. Set LiveComments:Mail:Host to the name in the certificate.";
        if (errors == SslPolicyErrors.None)
            return null;
        var all = chain?.ChainStatus ?? [];
        var faults = all.Where(one => one.Status is not (X509ChainStatusFlags.RevocationStatusUnknown or X509ChainStatusFlags.OfflineRevocation)).Select(one => one.StatusInformation).Distinct().ToArray();
        return all.Length > 0 && faults.Length == 0 ? null
            : $"Its certificate, issued by {shown.Issuer}, is not trusted: {string.Join(", ", faults)}. If the authority is your own, name its certificate in SSL_CERT_FILE.";
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => address.ToString()))).ToArray();
        return names.Length > 0 ? string.Join(", ", names) : certificate.Subject;
    }
}
