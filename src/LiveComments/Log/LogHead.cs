using LiveComments.Comments;
using LiveComments.Events;

namespace LiveComments.Log;

/// <summary>The end of a log.</summary>
/// <param name="Time">Of the last entry.</param>
/// <param name="Pinned">The comment that is pinned; null when none is, also because it was removed.</param>
/// <param name="Staged">The comment that is on stage; likewise.</param>
public sealed record LogHead(Position Position, EventStatus Status, DateTimeOffset Time, Comment? Pinned, Comment? Staged = null);
