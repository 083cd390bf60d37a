using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;

namespace LiveComments.Tests.Log;

public sealed class LogRulesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly UserId Ann = new(Guid.NewGuid());
    private static readonly UserId Bob = new(Guid.NewGuid());
    private static readonly CommentId Wanted = new(Guid.NewGuid());
    private static readonly CommentFacts Standing = new(Ann, null);
    private static readonly CommentFacts Removed = new(Ann, new Removal(new Position(7, 9), Noon, Bob, IsErased: false));

    [Theory]
    [InlineData(EventStatus.Live, false, null)]
    [InlineData(EventStatus.Live, true, null)]
    [InlineData(EventStatus.Scheduled, true, null)]
    [InlineData(EventStatus.Scheduled, false, "event-not-live")]
    [InlineData(EventStatus.Ended, false, "event-not-live")]
    [InlineData(EventStatus.Ended, true, "event-not-live")]
    public void A_comment_is_taken_while_the_event_is_live_or_opened_early(EventStatus status, bool early, string? refusal) =>
        Assert.Equal(refusal, LogRules.RefusalOf(Draft() with { AllowBeforeStart = early }, status, null)?.Error.Code);

    [Fact]
    public void A_reply_needs_a_comment_that_stands()
    {
        var reply = Draft() with { ReplyTo = Wanted };
        Assert.Null(LogRules.RefusalOf(reply, EventStatus.Live, Standing));
        Assert.Equal(Error.ParentNotFound, LogRules.RefusalOf(reply, EventStatus.Live, null)?.Error);
        Assert.Equal(Error.ParentRemoved, LogRules.RefusalOf(reply, EventStatus.Live, Removed)?.Error);
        Assert.Equal(Error.EventNotLive, LogRules.RefusalOf(reply, EventStatus.Ended, Standing)?.Error);
    }

    [Fact]
    public void The_same_request_under_the_same_key_gets_the_first_answer_and_another_request_is_refused()
    {
        var draft = Draft() with { Key = new IdempotencyKey("k", 1) };
        var first = new EarlierComment(Wanted, Ann, new Position(7, 3), Noon, 1);
        Assert.Equal(new AppendResult.Repeated(Wanted, new Position(7, 3), Noon), LogRules.FirstAnswer(draft, first));
        Assert.Equal(new AppendResult.Refused(Error.IdempotencyKeyReused), LogRules.FirstAnswer(draft, first with { Fingerprint = 2 }));
        Assert.Null(LogRules.FirstAnswer(draft, null));
    }

    [Fact]
    public void A_comment_id_without_a_key_is_a_retry_only_for_its_author()
    {
        var first = new EarlierComment(Wanted, Ann, new Position(7, 3), Noon, null);
        Assert.Equal(first.ToRepeated(), LogRules.FirstAnswer(Draft(), first));
        Assert.Null(LogRules.FirstAnswer(Draft(), first with { Author = Bob }));
    }

    [Fact]
    public void A_comment_is_removed_once_by_its_author_or_a_moderator()
    {
        var own = new RemovalDraft(Wanted, Ann, AsModerator: false);
        Assert.Null(LogRules.AnswerOf(own, Standing));
        Assert.Null(LogRules.AnswerOf(own with { By = Bob, AsModerator = true }, Standing));
        Assert.Equal(new AppendResult.Refused(Error.CommentNotFound), LogRules.AnswerOf(own, null));
        Assert.Equal(new AppendResult.Repeated(Wanted, new Position(7, 9), Noon), LogRules.AnswerOf(own, Removed));
        // A stranger learns nothing about whether it was removed.
        Assert.Equal(new AppendResult.Refused(Error.Forbidden), LogRules.AnswerOf(own with { By = Bob }, Standing));
        Assert.Equal(new AppendResult.Refused(Error.Forbidden), LogRules.AnswerOf(own with { By = Bob }, Removed));
    }

    [Fact]
    public void A_comment_is_restored_unless_its_author_removed_it_or_its_text_is_gone()
    {
        var (restore, head) = (new RestoreDraft(Wanted, Bob), new Position(7, 20));
        Assert.Null(LogRules.AnswerOf(restore, Removed, head));
        Assert.Equal(new AppendResult.Unchanged(head), LogRules.AnswerOf(restore, Standing, head));
        Assert.Equal(new AppendResult.Refused(Error.CommentNotFound), LogRules.AnswerOf(restore, null, head));
        Assert.Equal(new AppendResult.Refused(Error.CommentRemoved), LogRules.AnswerOf(restore, Removed with { Removal = Removed.Removal!.Value with { By = Ann } }, head));
        Assert.Equal(new AppendResult.Refused(Error.CommentRemoved), LogRules.AnswerOf(restore, Removed with { Removal = Removed.Removal!.Value with { IsErased = true } }, head));
    }

    [Fact]
    public void A_shadowed_comment_is_answered_with_the_place_where_its_author_sees_it()
    {
        var draft = Draft() with { Hold = new Hold(0, [], IsShadow: true) };
        Assert.Equal(new AppendResult.Shadowed(draft.Id, new Position(7, 20), default), LogRules.AnswerOf(draft, EventStatus.Live, null, new Position(7, 20)));
        Assert.Equal(Error.EventNotLive, Assert.IsType<AppendResult.Refused>(LogRules.AnswerOf(draft, EventStatus.Ended, null, new Position(7, 20))).Error);
    }

    [Fact]
    public void A_pin_changes_what_is_pinned_or_is_no_entry()
    {
        var (pin, off, head, other) = (new PinDraft(Wanted, Bob), new PinDraft(null, Bob), new Position(7, 20), new CommentId(Guid.NewGuid()));
        Assert.Null(LogRules.AnswerOf(pin, Standing, null, head));
        Assert.Null(LogRules.AnswerOf(pin, Standing, other, head));
        Assert.Null(LogRules.AnswerOf(off, null, Wanted, head));
        Assert.Equal(new AppendResult.Unchanged(head), LogRules.AnswerOf(pin, Standing, Wanted, head));
        Assert.Equal(new AppendResult.Unchanged(head), LogRules.AnswerOf(off, null, null, head));
        Assert.Equal(new AppendResult.Refused(Error.CommentNotFound), LogRules.AnswerOf(pin, null, null, head));
        Assert.Equal(new AppendResult.Refused(Error.CommentRemoved), LogRules.AnswerOf(pin, Removed, null, head));
    }

    [Fact]
    public void Time_never_goes_back()
    {
        Assert.Equal(Noon, LogRules.TimeOf(Noon, Noon.AddHours(-1)));
        Assert.Equal(Noon.AddHours(1), LogRules.TimeOf(Noon, Noon.AddHours(1)));
    }

    private static CommentDraft Draft() => new(new CommentId(Guid.NewGuid()), new Author(Ann, "ann", "Ann", null, Role.Viewer), "text", null, [], null, null);
}
