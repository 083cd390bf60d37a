using LiveComments.Accounts;
using LiveComments.Akka.Messages;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Feeds;
using LiveComments.Log;
using LiveComments.Moderation;
using LiveComments.Nodes;
using LiveComments.Polls;
using LiveComments.Reactions;

namespace LiveComments.Tests.Engine;

/// <summary>One of every message between nodes, with every kind of thing in it.</summary>
internal static class MessageSamples
{
    private static readonly EventId Event = new(Guid.Parse("0198c0de-0000-7000-8000-0000000000e1"));
    private static readonly UserId Ann = new(Guid.Parse("0198c0de-0000-7000-8000-0000000000a1"));
    private static readonly UserId Bob = new(Guid.Parse("0198c0de-0000-7000-8000-0000000000b0"));
    private static readonly CommentId First = new(Guid.Parse("0198c0de-0000-7000-8000-0000000000c1")), Second = new(Guid.Parse("0198c0de-0000-7000-8000-0000000000c2"));
    private static readonly DateTimeOffset Noon = new(2030, 6, 1, 12, 0, 0, 123, TimeSpan.Zero);
    private static readonly Author Author = new(Ann, "ann", "Ann ❤", "https://example.org/a.png", Role.Moderator);
    private static readonly ReactionTally Tally = new(7, new ReactionCounts(1, 2, 3, 4, 5, 600_000));
    private static readonly EventSettings Settings = new() { SlowModeSeconds = 5, ReactionTypes = [ReactionType.Like, ReactionType.Wow], MaxParticipants = 100 };
    private static readonly Comment Comment = new(First, Author, "Grüße, @bob \ud83d\ude00", Noon, new Position(long.MaxValue, 42), Second, 3, [new Mention(Bob, "bob")], Tally);
    private static readonly PollId Poll = new(Guid.Parse("0198c0de-0000-7000-8000-0000000000d1"));
    private static readonly PollTally Votes = new(Poll, 12, 600_001, [1, 0, 600_000]), Secret = new(Poll, 13, 2, null);
    private static readonly Card Card = new(Poll.Value, "poll", """{"question":"Grün ❤?"}""");
    private static readonly AskNumber At = new(-5, 12, 10, true);

    /// <summary>Made anew each time, because an announcement keeps its bytes.</summary>
    public static IReadOnlyList<object> All =>
    [
        new Place(Event,
        [
            new CommentDraft(First, Author, "Hello", Second, [new Mention(Bob, "bob")], new ClientProgram("web", null), new IdempotencyKey("key-1", UInt128.MaxValue - 5), true, TimeSpan.FromSeconds(5), new Refusal(Error.SlowMode, TimeSpan.FromSeconds(2)), "00-trace-01"),
            new CommentDraft(Second, Author with { AvatarUrl = null }, "", null, [], null, null),
            new RemovalDraft(First, Ann, true),
            new PinDraft(Second, Bob),
            new PinDraft(null, Bob),
            new StatusDraft(EventStatus.Live),
            new SettingsDraft(Settings),
        ], At, TimeSpan.FromMilliseconds(500)),
        new React(Event, [new ReactionDraft(First, Ann, ReactionType.Angry), new ReactionDraft(Second, Bob, null)], At, TimeSpan.Zero),
        new Stored<AppendResult>(
        [
            new AppendResult.Appended(new CommentEntry(42, Comment, new ClientProgram(null, "1.2")), 9),
            new AppendResult.Repeated(First, new Position(9, 42), Noon),
            new AppendResult.Unchanged(new Position(9, 43)),
            new AppendResult.Refused(Error.Busy),
            new AppendResult.Refused(new Error("of-a-newer-node", 418, "The request was refused."), TimeSpan.FromSeconds(1)),
        ]),
        new Stored<ReactionResult>([new ReactionResult(Tally, null), new ReactionResult(default, Error.CommentNotFound)]),
        new Watch(Event, true),
        new Watching(Event),
        new Announce(Event, new Announcement(new Position(9, 48),
        [
            new CommentEntry(42, Comment), new RemovedEntry(43, Noon, First), new PinnedEntry(44, Noon, Comment), new PinnedEntry(45, Noon, null),
            new StatusEntry(46, Noon, EventStatus.Ended), new SettingsEntry(47, Noon, Settings), new UnknownEntry(48, Noon),
        ], [new CommentTally(First, Tally)], true, [new EntryTrace(42, "00-trace-01", Noon)])),
        new Mentioned(Event, Comment),
        new NodeViewers(true, [(Event, 12)]),
        AccountsChanged.Instance,
        new EventChanged(Event, "cup-final", null),
        new EventChanged(Event, null, Bob),
        new Describe(Event),
        new Described(new EventLocation("akka.tcp://livecomments@10.0.0.11:4053", Noon, new DraftQueue(300, 8), new DraftQueue(1, 0), ["akka.tcp://livecomments@10.0.0.12:4053"])),
        // What the second version added.
        new Place(Event,
        [
            new CommentDraft(First, Author, "Hello", null, [], null, null, Hold: new Hold(0.625, [new HoldReason("text", "asks to subscribe"), new HoldReason("text", "")])),
            new CommentDraft(Second, Author, "Hello", null, [], null, null, IsApproved: true),
            new CommentDraft(Second, Author, "Hello", null, [], null, null, Pace: TimeSpan.FromSeconds(60), IsThrottled: true),
        ], At, TimeSpan.FromMilliseconds(500)),
        new Stored<AppendResult>([new AppendResult.Held(First, Noon), new AppendResult.Held(Second, Noon, true)]),
        RestrictionsChanged.Instance,
        new Noticed(new Notice(Ann, NoticeKind.TimedOut, Event, null, "Be kind \u2764", Noon, TimeSpan.FromSeconds(60))),
        new Noticed(new Notice(Bob, NoticeKind.Approved, null, First, null, Noon)),
        // What the third version added.
        new Place(Event,
        [
            new RestoreDraft(First, Bob),
            new CommentDraft(First, Author, "Hello", null, [], null, null, Hold: new Hold(0, [new HoldReason("delay", "later")], TimeSpan.FromSeconds(5))),
            new CommentDraft(First, Author, "Hello", null, [], null, null, Hold: new Hold(0.5, [], IsShadow: true)),
            new CommentDraft(First, Author, "Hello", null, [], null, null, IsOnce: true),
        ], At, TimeSpan.FromMilliseconds(500)),
        new Stored<AppendResult>([new AppendResult.Held(First, Noon, false, Noon.AddSeconds(5)), new AppendResult.Shadowed(Second, new Position(9, 42), Noon, true)]),
        new Announce(Event, new Announcement(new Position(9, 49), [new RestoredEntry(49, Noon, Comment)], [])),
        new OwnComment(Event, Comment),
        new LookedAt(new Look(Event, Bob, First)),
        new LookedAt(new Look(Event, Bob, null)),
        TakesNoViewers.Instance,
        // What the fourth version added.
        new Place(Event, [new CardDraft(Card)], At, TimeSpan.FromMilliseconds(500)),
        new Stored<AppendResult>([new AppendResult.Appended(new CardEntry(50, Noon, Card), 9)]),
        new React(Event, [ReactionDraft.Of(Ann, new Vote(Poll, 9)), new ReactionDraft(Second, Bob, ReactionType.Like)], At, TimeSpan.Zero),
        new Stored<ReactionResult>([new ReactionResult(default, null, Votes), new ReactionResult(default, Error.PollClosed), new ReactionResult(default, null, Secret)]),
        new Announce(Event, new Announcement(new Position(9, 50), [new CardEntry(50, Noon, Card)], [], Polls: [Votes, Secret])),
        // What the fifth version added.
        new Place(Event,
        [
            new CommentDraft(First, Author, "Why?", null, [], null, null, IsQuestion: true),
            new CommentDraft(First, Author, "Why?", null, [], null, null, Hold: new Hold(0.5, []), IsQuestion: true),
            new StageDraft(First, Bob),
            new StageDraft(null, Bob),
            new QuestionDraft(First, QuestionStatus.Answered, Bob),
        ], At, TimeSpan.FromMilliseconds(500)),
        new Announce(Event, new Announcement(new Position(9, 53),
        [
            new CommentEntry(51, Comment with { ReplyTo = null, Question = QuestionStatus.Open }), new CardEntry(52, Noon, Card.OnStage(Event, First), Comment with { Question = QuestionStatus.Answered }),
            new CardEntry(53, Noon, Card.OfQuestion(First, QuestionStatus.Answered)),
        ], [])),
    ];
}
