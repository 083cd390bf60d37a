namespace LiveComments.Server.Mail;

/// <summary>An e-mail message: plain text to one address.</summary>
internal sealed record Message(string To, string Subject, string Text);
