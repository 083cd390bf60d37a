using LiveComments.Log;

namespace LiveComments.Moderation;

/// <summary>A comment that was held.</summary>
/// <param name="Draft">As it will be placed, with the reasons in <see cref="CommentDraft.Hold"/>. It has no pace: its author's turn was taken when it was held.</param>
public sealed record HeldComment(EventId Event, CommentDraft Draft, DateTimeOffset HeldAt, HeldState State);
