using LiveComments.Accounts;

namespace LiveComments.Ingest;

/// <summary>A reaction that somebody gives or takes back, as a door read it: nothing in it is checked yet.</summary>
/// <param name="Caller">Null without a token.</param>
/// <param name="UserId">Who they say they are beside their token, who must be the same; null when they do not.</param>
/// <param name="Comment">Null when what was given is not the id of a comment.</param>
/// <param name="Type">The name of the type. It does not matter when the reaction is taken back.</param>
/// <param name="TakesBack">True to take back whatever they gave.</param>
/// <param name="Id">What the door tells the answers of one asker apart by; null when it needs nothing.</param>
public readonly record struct ReactionRequest(Caller? Caller, string? UserId, CommentId? Comment, string? Type, bool TakesBack, string? Id = null);
