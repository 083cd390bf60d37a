using LiveComments.Comments;

namespace LiveComments.PersonalData;

/// <summary>A comment that was removed and whose text is still stored.</summary>
/// <param name="Event">Null when its event is gone.</param>
public sealed record KeptComment(EventId? Event, Comment Comment);
