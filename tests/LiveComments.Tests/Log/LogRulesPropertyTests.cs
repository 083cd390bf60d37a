using FsCheck;
using FsCheck.Fluent;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Tests.Feeds;
using LiveComments.Tests.Sqlite;

namespace LiveComments.Tests.Log;

/// <summary>
/// Whatever is asked of a log, in whatever order, a store decides like the simplest log that asks <see cref="LiveComments.Log.LogRules"/>. What is drawn is
/// few people, keys and comments, so that they meet: retries, reused keys, replies to removed comments, second removals, pins, marks and comments on stage.
/// </summary>
public sealed class LogRulesPropertyTests
{
    private static readonly Author[] People = [.. Enumerable.Range(0, 3).Select(number => new Author(new UserId(Guid.NewGuid()), $"p{number}", $"P{number}", null, Role.Viewer))];

    [Fact]
    public async Task A_store_answers_any_sequence_of_drafts_as_the_rules_say()
    {
        await using var store = new SqliteStore(TimeProvider.System);
        Compare(store.Log, sequences: 200);
    }

    /// <summary>Asks a log for sequences of drafts, each in an event of its own, and compares its answers and what it then holds with those of the simplest log.</summary>
    internal static void Compare(IEventLog log, int sequences) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(sequences), Prop.ForAll(Arb.From(Steps), steps =>
        {
            var (id, model) = (new EventId(Guid.NewGuid()), new MemoryLog());
            var comments = new List<CommentId>();
            foreach (var (step, index) in steps.Prepend((0, 0, 0, 0)).Select((step, index) => (step, index)))
            {
                var draft = Draft(step, index, comments);
                if (draft is CommentDraft comment)
                    comments.Add(comment.Id);
                var expected = Assert.Single(model.AppendAsync(id, [draft], default).AsTask().GetAwaiter().GetResult());
                var actual = Assert.Single(log.AppendAsync(id, [draft], default).AsTask().GetAwaiter().GetResult());
                Assert.Equal(Shape(expected), Shape(actual));
            }
            Assert.Equal(Held(model, id), Held(log, id));
            var head = log.HeadsAsync([id], default).AsTask().GetAwaiter().GetResult()[id];
            Assert.Equal((Shown(model.Pinned), Shown(model.Staged)), (Shown(head.Pinned), Shown(head.Staged)));
            return true;
        }));

    private static (CommentId, QuestionStatus?)? Shown(Comment? comment) => comment is null ? null : (comment.Id, comment.Question);

    private static IEnumerable<object> Held(IEventLog log, EventId id) => log.ReadAsync(id, 0, 1_000, default).AsTask().GetAwaiter().GetResult()!.Entries.Select(entry => entry switch
    {
        CommentEntry { Comment: var comment } => (object)("comment", entry.Seq, comment.Id, comment.Text, comment.ReplyTo, comment.Question),
        PinnedEntry pin => ("pinned", pin.Seq, Shown(pin.Comment)),
        CardEntry card => ("card", card.Seq, card.Card, Shown(card.Comment)),
        RestoredEntry restored => ("restored", restored.Seq, Shown(restored.Comment)),
        RemovedEntry removed => ("removed", removed.Seq, removed.CommentId),
        _ => (entry.GetType(), entry.Seq),
    });

    private static Gen<List<(int Kind, int Who, int Which, int Key)>> Steps =>
        Gen.ListOf(from kind in Gen.Choose(0, 33) from who in Gen.Choose(0, 2) from which in Gen.Choose(0, 3) from key in Gen.Choose(0, 5) select (kind, who, which, key))
            .Select(steps => steps.ToList());

    private static EntryDraft Draft((int Kind, int Who, int Which, int Key) step, int index, List<CommentId> comments)
    {
        // Mostly one that exists, at times one that does not.
        CommentId Some() => step.Which < comments.Count ? comments[^(step.Which + 1)] : new CommentId(Guid.NewGuid());
        var person = People[step.Who];
        return step.Kind switch
        {
            // Mostly live: in an event that has ended, no comment is placed.
            <= 2 => new StatusDraft(EventStatus.Live),
            3 => new StatusDraft(EventStatus.Scheduled),
            4 => new StatusDraft(EventStatus.Ended),
            5 => new SettingsDraft(new EventSettings { SlowModeSeconds = step.Which }),
            <= 7 => new RemovalDraft(Some(), person.Id, AsModerator: false),
            <= 10 => new RemovalDraft(Some(), person.Id, AsModerator: true),
            <= 13 => new RestoreDraft(Some(), person.Id),
            <= 16 => new PinDraft(step.Which == 0 ? null : Some(), person.Id),
            <= 20 => new StageDraft(step.Which == 0 ? null : Some(), person.Id),
            <= 23 => new QuestionDraft(Some(), step.Key < 3 ? QuestionStatus.Open : QuestionStatus.Answered, person.Id),
            _ => new CommentDraft(new CommentId(Guid.NewGuid()), person, $"text {index}", step.Kind < 28 ? Some() : null, [], null,
                step.Key < 3 ? new IdempotencyKey($"key-{step.Key}", (UInt128)(step.Which % 2)) : null, AllowBeforeStart: step.Kind % 2 == 0, IsQuestion: step.Kind > 28),
        };
    }

    private static object Shape(AppendResult result) => result switch
    {
        AppendResult.Appended { Entry: CommentEntry placed } => ("comment", placed.Seq, placed.Comment.Id, placed.Comment.ReplyTo, placed.Comment.Question),
        AppendResult.Appended { Entry: PinnedEntry pin } => ("pinned", pin.Seq, Shown(pin.Comment)),
        AppendResult.Appended { Entry: CardEntry card } => ("card", card.Seq, card.Card, Shown(card.Comment)),
        AppendResult.Appended { Entry: RestoredEntry restored } => ("restored", restored.Seq, Shown(restored.Comment), restored.Comment.Position.Seq),
        AppendResult.Appended { Entry: RemovedEntry removed } => ("removed", removed.Seq, removed.CommentId),
        AppendResult.Appended appended => (appended.Entry.GetType(), appended.Entry.Seq),
        AppendResult.Repeated repeated => ("repeated", repeated.CommentId, repeated.Position.Seq),
        AppendResult.Unchanged unchanged => ("unchanged", unchanged.Head.Seq),
        AppendResult.Refused refused => ("refused", refused.Error.Code),
        _ => throw new ArgumentException(null, nameof(result)),
    };
}
