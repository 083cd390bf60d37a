namespace LiveComments.Server.Mail;

/// <summary>A message that is to be made and sent.</summary>
/// <param name="Make">Makes it, which may need the store; null when there is nobody to write to. It is called again when the store did not answer.</param>
internal sealed record MailOrder(MailKind Kind, DateTimeOffset OrderedAt, Func<CancellationToken, ValueTask<Message?>> Make);
