using System.ComponentModel.DataAnnotations;
using System.Net;
using MimeKit;

namespace LiveComments.Server.Mail;

/// <summary>E-mail, for people who have forgotten their password: section <c>LiveComments:Mail</c>.</summary>
internal sealed class MailOptions
{
    public const string StartTls = "starttls", Tls = "tls", Plain = "none";

    /// <summary>The SMTP server that takes messages. None by default: then no e-mail is sent, and the log-in dialog says whom to ask for a new password.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port: 587 with `starttls`, 465 with `tls`.</summary>
    [Range(1, 65_535)]
    public int Port { get; set; } = 587;

    /// <summary>How the connection is protected: `starttls`, `tls`, or `none` for a relay of your own network. A server without the protection is sent nothing.</summary>
    public string Security { get; set; } = StartTls;

    /// <summary>With which name to log in there; none for a relay that asks for no log-in.</summary>
    public string User { get; set; } = "";

    /// <summary>With which password. Give it in the environment: other users of the machine see command lines.</summary>
    public string Password { get; set; } = "";

    /// <summary>From whom messages are: `LiveComments &lt;no-reply@example.org&gt;`, or the address alone.</summary>
    public string From { get; set; } = "";

    /// <summary>Where people open the pages, such as `https://live.example.org/`. Links in messages begin with it, never with what a request says.</summary>
    public string Site { get; set; } = "";

    /// <summary>Whether e-mail is sent.</summary>
    internal bool IsOn => Host.Length > 0;

    /// <summary>The address of a page.</summary>
    internal Uri Page(string path) => new(new Uri(Site.EndsWith('/') ? Site : Site + "/"), path);

    /// <summary>Null when every value is of its form, else what is wrong.</summary>
    public string? Fault() =>
        Security is not (StartTls or Tls or Plain) ? "LiveComments:Mail:Security is starttls, tls or none."
        : !IsOn ? null
        : !MailboxAddress.TryParse(From, out _) ? "LiveComments:Mail:From is needed: the address that messages are from, such as no-reply@example.org."
        : !Uri.TryCreate(Site, UriKind.Absolute, out var site) || site.Scheme is not ("https" or "http") ? "LiveComments:Mail:Site is needed: the address of the pages, such as https://live.example.org/."
        : User.Length > 0 && Security == Plain && !IsLocal ? "LiveComments:Mail:Security is none, and User is set: the password would go over the network unprotected."
        : null;

    private bool IsLocal => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));
}
