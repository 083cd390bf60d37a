using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Log;

namespace LiveComments.Moderation;

/// <summary>A held comment as stores keep it, in JSON. Members may be added; what a newer program has added is ignored. Ids and the key's fingerprint stand beside it.</summary>
/// <param name="Role">Its author's, as a number.</param>
public sealed record HeldDraft(
    string Username, string DisplayName, string? AvatarUrl, int Role, string Text, Guid? ReplyTo, IReadOnlyList<Mention> Mentions, ClientProgram? Client, string? Key,
    double Score, IReadOnlyList<HoldReason> Reasons, bool? IsQuestion = null)
{
    public static HeldDraft Of(CommentDraft draft) => new(
        draft.Author.Username, draft.Author.DisplayName, draft.Author.AvatarUrl, (int)draft.Author.Role, draft.Text, draft.ReplyTo?.Value, draft.Mentions, draft.Client, draft.Key?.Value,
        draft.Hold?.Score ?? 0, draft.Hold?.Reasons ?? [], draft.IsQuestion ? true : null);

    public CommentDraft ToDraft(CommentId id, UserId author, UInt128? fingerprint) => new(
        id, new Author(author, Username, DisplayName, AvatarUrl, (Role)Role), Text, ReplyTo is { } parent ? new CommentId(parent) : null, Mentions, Client,
        Key is null ? null : new IdempotencyKey(Key, fingerprint ?? default), Hold: new Hold(Score, Reasons), IsQuestion: IsQuestion is true);
}
