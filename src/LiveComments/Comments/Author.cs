using LiveComments.Accounts;

namespace LiveComments.Comments;

/// <summary>The author of a comment, with the names of that moment. Every comment carries it, so that readers need no second look-up.</summary>
/// <param name="Role">What they were in this event when they wrote.</param>
public sealed record Author(UserId Id, string Username, string DisplayName, string? AvatarUrl, Role Role);
