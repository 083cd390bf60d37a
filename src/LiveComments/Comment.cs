namespace LiveComments;

/// <summary>A comment as everybody sees it.</summary>
/// <param name="Time">Given when the comment was placed; never decreases along <see cref="Position.Seq"/>.</param>
/// <param name="ReplyTo">The first comment of the thread this one belongs to; null when it starts its own.</param>
/// <param name="ReplyCount">Replies in the thread this comment started, removed ones left out.</param>
public sealed record Comment(
    CommentId Id,
    Author Author,
    string Text,
    DateTimeOffset Time,
    Position Position,
    CommentId? ReplyTo,
    int ReplyCount,
    IReadOnlyList<Mention> Mentions,
    ReactionTally Reactions);

/// <summary>Who wrote a comment, as they were called when they wrote it. A comment carries it so that no reader needs a second look-up.</summary>
/// <param name="Role">What they were in this event when they wrote.</param>
public sealed record Author(UserId Id, string Username, string DisplayName, string? AvatarUrl, Role Role);

/// <summary>Somebody named with @username in a text.</summary>
public sealed record Mention(UserId UserId, string Username);

/// <summary>The program a comment was written with, as the program says.</summary>
/// <param name="Platform">At most 32 characters.</param>
/// <param name="Version">At most 32 characters.</param>
public sealed record ClientProgram(string? Platform, string? Version);

/// <summary>What somebody may do in an event. Numbers are stored; higher may do everything lower may.</summary>
public enum Role : byte
{
    Viewer = 0,
    Moderator = 1,
    Administrator = 2,
}
