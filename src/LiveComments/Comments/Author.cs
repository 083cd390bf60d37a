using LiveComments.Accounts;

namespace LiveComments.Comments;

/// <summary>Who wrote a comment, as they were called when they wrote it. A comment carries it so that no reader needs a second look-up.</summary>
/// <param name="Role">What they were in this event when they wrote.</param>
public sealed record Author(UserId Id, string Username, string DisplayName, string? AvatarUrl, Role Role);
