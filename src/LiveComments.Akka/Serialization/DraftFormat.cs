using System.Runtime.Serialization;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Polls;
using LiveComments.Reactions;
using LiveComments.Serialization;

namespace LiveComments.Akka.Serialization;

/// <summary>Drafts in messages. An event's actor of an older program cannot place a kind of draft that it does not know: such a message is lost, and whoever asked does not learn the outcome.</summary>
internal static class DraftFormat
{
    // Numbers are on the wire: never change them.
    private const int Comment = 1, Removal = 2, Pin = 3, Status = 4, Settings = 5, Restoration = 6, Card = 7, Stage = 8, Question = 9;

    public static void Write(MessageWriter to, EntryDraft draft)
    {
        switch (draft)
        {
            case CommentDraft comment:
                to.Number(Comment);
                Write(to, comment);
                break;
            case RemovalDraft removal:
                to.Number(Removal);
                to.Id(removal.CommentId.Value);
                to.Id(removal.By.Value);
                to.Flag(removal.AsModerator);
                break;
            case PinDraft pin:
                to.Number(Pin);
                to.IdOrNull(pin.CommentId?.Value);
                to.Id(pin.By.Value);
                break;
            case RestoreDraft restore:
                to.Number(Restoration);
                to.Id(restore.CommentId.Value);
                to.Id(restore.By.Value);
                break;
            case StatusDraft status:
                to.Number(Status);
                to.Number((byte)status.Status);
                break;
            case SettingsDraft settings:
                to.Number(Settings);
                to.Text(EventSettingsJson.Write(settings.Settings));
                break;
            case CardDraft card:
                to.Number(Card);
                CommentFormat.Write(to, card.Card);
                break;
            case StageDraft stage:
                to.Number(Stage);
                to.IdOrNull(stage.CommentId?.Value);
                to.Id(stage.By.Value);
                break;
            case QuestionDraft question:
                to.Number(Question);
                to.Id(question.CommentId.Value);
                to.Number((byte)question.Status);
                to.Id(question.By.Value);
                break;
            default:
                throw new SerializationException($"{draft.GetType().Name} has no form in messages.");
        }
    }

    public static EntryDraft ReadDraft(ref MessageReader from) => from.Number() switch
    {
        Comment => ReadComment(ref from),
        Removal => new RemovalDraft(new CommentId(from.Id()), new UserId(from.Id()), from.Flag()),
        Pin => new PinDraft(CommentFormat.ReadIdOrNull(ref from), new UserId(from.Id())),
        Restoration => new RestoreDraft(new CommentId(from.Id()), new UserId(from.Id())),
        Status => new StatusDraft((EventStatus)from.Int()),
        Settings => new SettingsDraft(EventSettingsJson.Read(from.Text())),
        Card => new CardDraft(CommentFormat.ReadCard(ref from)),
        Stage => new StageDraft(CommentFormat.ReadIdOrNull(ref from), new UserId(from.Id())),
        Question => new QuestionDraft(new CommentId(from.Id()), (QuestionStatus)from.Int(), new UserId(from.Id())),
        var kind => throw new SerializationException($"A newer node asks for a draft of the kind {kind}, which this program does not know."),
    };

    /// <summary>A vote has the poll's id in the place of a comment's. An older node takes it for a reaction that is taken back from a comment that does not exist, and refuses it.</summary>
    public static void Write(MessageWriter to, ReactionDraft draft)
    {
        to.Id(draft.Vote is { } given ? given.Poll.Value : draft.CommentId.Value);
        to.Id(draft.UserId.Value);
        to.Number((byte)(draft.Type ?? 0));
        if (draft.Vote is { } vote)
            to.Number(vote.Option);
    }

    public static ReactionDraft ReadReaction(ref MessageReader from)
    {
        var (target, user, type) = (from.Id(), new UserId(from.Id()), from.Int());
        return from.HasMore ? ReactionDraft.Of(user, new Vote(new PollId(target), from.Int())) : new ReactionDraft(new CommentId(target), user, type > 0 ? (ReactionType)type : null);
    }

    private static void Write(MessageWriter to, CommentDraft comment)
    {
        to.Id(comment.Id.Value);
        CommentFormat.Write(to, comment.Author);
        to.Text(comment.Text);
        to.IdOrNull(comment.ReplyTo?.Value);
        CommentFormat.Write(to, comment.Mentions);
        CommentFormat.Write(to, comment.Client);
        to.TextOrNull(comment.Key?.Value);
        if (comment.Key is { } key)
        {
            to.Number((long)(ulong)key.Fingerprint);
            to.Number((long)(ulong)(key.Fingerprint >> 64));
        }
        to.Flag(comment.AllowBeforeStart);
        to.SpanOrNull(comment.Pace);
        to.Flag(comment.Refusal is not null);
        if (comment.Refusal is { } refusal)
        {
            ErrorFormat.Write(to, refusal.Error);
            to.SpanOrNull(refusal.RetryAfter);
        }
        to.TextOrNull(comment.Trace);
        if (comment is { Hold: null, IsApproved: false, IsThrottled: false, IsOnce: false, IsQuestion: false })
            return;
        to.Flag(comment.IsApproved);
        to.Flag(comment.IsThrottled);
        to.Flag(comment.Hold is not null);
        if (comment.Hold is { } hold)
        {
            to.Number(BitConverter.DoubleToInt64Bits(hold.Score));
            to.List(hold.Reasons, static (to, reason) =>
            {
                to.Text(reason.Code);
                to.Text(reason.Detail);
            });
        }
        if (comment is { IsOnce: false, IsQuestion: false, Hold: null or { Delay: null, IsShadow: false } })
            return;
        to.Flag(comment.IsOnce);
        to.SpanOrNull(comment.Hold?.Delay);
        to.Flag(comment.Hold is { IsShadow: true });
        // An older node places it as a comment like any other.
        if (comment.IsQuestion)
            to.Flag(true);
    }

    private static CommentDraft ReadComment(ref MessageReader from)
    {
        var comment = ReadOldest(ref from);
        if (from.HasMore)
            comment = comment with { IsApproved = from.Flag(), IsThrottled = from.Flag(), Hold = from.Flag() ? ReadHold(ref from) : null };
        if (!from.HasMore)
            return comment;
        comment = comment with { IsOnce = from.Flag() };
        var (delay, isShadow) = (from.SpanOrNull(), from.Flag());
        return comment with { Hold = comment.Hold is { } hold ? hold with { Delay = delay, IsShadow = isShadow } : null, IsQuestion = from.HasMore && from.Flag() };
    }

    private static Hold ReadHold(ref MessageReader from) =>
        new(BitConverter.Int64BitsToDouble(from.Number()), from.List(static (ref MessageReader reason) => new HoldReason(reason.Text(), reason.Text())));

    /// <summary>What every version writes.</summary>
    private static CommentDraft ReadOldest(ref MessageReader from) => new(
        new CommentId(from.Id()), CommentFormat.ReadAuthor(ref from), from.Text(), CommentFormat.ReadIdOrNull(ref from), CommentFormat.ReadMentions(ref from), CommentFormat.ReadClient(ref from),
        ReadKey(ref from), from.Flag(), from.SpanOrNull(), from.Flag() ? new Refusal(ErrorFormat.ReadError(ref from), from.SpanOrNull()) : null, from.TextOrNull());

    private static IdempotencyKey? ReadKey(ref MessageReader from)
    {
        if (from.TextOrNull() is not { } key)
            return null;
        var (low, high) = ((ulong)from.Number(), (ulong)from.Number());
        return new IdempotencyKey(key, new UInt128(high, low));
    }
}
