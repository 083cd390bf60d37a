using LiveComments.Log;

namespace LiveComments.Moderation;

/// <summary>A comment that was held.</summary>
/// <param name="Draft">As it will be placed, with the reasons in <see cref="CommentDraft.Hold"/>. It has no pace: its author's turn was taken when it was held.</param>
/// <param name="ReleaseAt">When it is placed if nobody decides otherwise; null when it waits for a moderator.</param>
/// <param name="Place">Where the log ended when it was written, if it is shadowed: its author sees it there. Null otherwise.</param>
public sealed record HeldComment(EventId Event, CommentDraft Draft, DateTimeOffset HeldAt, HeldState State, DateTimeOffset? ReleaseAt = null, Position? Place = null);
