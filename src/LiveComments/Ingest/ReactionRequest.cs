using System.Net;
using LiveComments.Accounts;
using LiveComments.Polls;

namespace LiveComments.Ingest;

/// <summary>A request to give or take back a reaction, or to vote in a poll, as a door read it. Nothing in it is checked yet.</summary>
/// <param name="Caller">Null without a token.</param>
/// <param name="UserId">The user id that the request names, which must be the token's; null when it names none.</param>
/// <param name="Comment">Null when the request's text is not a comment id.</param>
/// <param name="Type">The name of the type. It does not matter when the reaction is taken back.</param>
/// <param name="TakesBack">True to take back whatever they gave.</param>
/// <param name="Id">Identifies the answer to the asker; null when it needs no id.</param>
/// <param name="Address">From where it came; null when the door does not know.</param>
/// <param name="Vote">Of a vote; null of a reaction. A poll's id that is not one is the empty id, and what is no option is -1.</param>
public readonly record struct ReactionRequest(Caller? Caller, string? UserId, CommentId? Comment, string? Type, bool TakesBack, string? Id = null, IPAddress? Address = null, Vote? Vote = null);
