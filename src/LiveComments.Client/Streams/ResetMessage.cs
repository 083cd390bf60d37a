namespace LiveComments.Client.Streams;

/// <summary>
/// What was missed cannot be given: forget what you show, read the newest page, and go on. The stream itself goes on after <see cref="Position"/>.
/// </summary>
public sealed record ResetMessage : StreamMessage
{
    /// <summary><c>epoch</c> when the log was restored from a backup, <c>beyond-head</c>, or <c>too-far-behind</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>The stream goes on after this.</summary>
    public required LogPosition Position { get; init; }
}
