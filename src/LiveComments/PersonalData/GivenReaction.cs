using LiveComments.Reactions;

namespace LiveComments.PersonalData;

/// <summary>Somebody's reaction to one comment.</summary>
/// <param name="Event">Null when its event is gone.</param>
public sealed record GivenReaction(EventId? Event, CommentId Comment, ReactionType Type);
