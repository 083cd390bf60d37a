using System.Text;
using LiveComments.Accounts;
using LiveComments.Challenges;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Moderation;
using LiveComments.Polls;
using LiveComments.Reactions;
using LiveComments.Wire;

namespace LiveComments.Tests.Client;

/// <summary>One of every message that viewers are sent, as the server writes it today, with every kind of thing in it.</summary>
internal static class WireSamples
{
    private static readonly EventId Event = new(Guid.Parse("0198c0de-0000-7000-8000-0000000000e1"));
    private static readonly UserId Ann = new(Guid.Parse("0198c0de-0000-7000-8000-0000000000a1"));
    private static readonly UserId Bob = new(Guid.Parse("0198c0de-0000-7000-8000-0000000000b0"));
    private static readonly CommentId First = new(Guid.Parse("0198c0de-0000-7000-8000-0000000000c1")), Second = new(Guid.Parse("0198c0de-0000-7000-8000-0000000000c2"));
    private static readonly DateTimeOffset Noon = new(2030, 6, 1, 12, 0, 0, 123, TimeSpan.Zero);
    private static readonly CommentTally Tally = new(First, new ReactionTally(7, new ReactionCounts(1, 0, 3, 0, 0, 600_000)));

    private static readonly Comment Comment =
        new(First, new Author(Ann, "ann", "Ann ❤", "https://example.org/a.png", Role.Moderator), "Grüße, @bob \ud83d\ude00", Noon, new Position(long.MaxValue, 42), Second, 3, [new Mention(Bob, "bob")], Tally.Tally);

    private static readonly Comment Question = Comment with { Text = "Why?", ReplyTo = null, Mentions = [], Question = QuestionStatus.Answered };

    private static readonly EventSettings Settings = new() { Visibility = Visibility.Private, SlowModeSeconds = 5, ReactionTypes = [ReactionType.Like, ReactionType.Wow], MaxParticipants = 100, OpenBeforeStartMinutes = 10, VideoUrl = "https://example.org/v.mp4" };

    private static readonly LiveEvent LiveEvent =
        new(Event, "cup-final", "Cup final", "The last one", "sports", EventStatus.Live, Noon, false, Noon.AddHours(2), "UTC", Settings, Bob, Noon, Noon) { StartedAt = Noon.AddMinutes(1), EndedAt = Noon.AddHours(3) };

    private static readonly PollId PollId = new(Guid.Parse("0198c0de-0000-7000-8000-0000000000d1"));
    private static readonly Poll Poll = new(
        PollId, Event, 3, "Grün, \"Rot\" ❤?", ["Grün", "Rot"], PollResults.Live, Noon.AddMinutes(5), Noon, null, PollStatus.Open, 1, new PollTally(PollId, 12, 600_001, [600_000, 1]));

    private static readonly Card Closed = PollJson.ToCard(Poll with { Status = PollStatus.Closed, ClosedAt = Noon.AddMinutes(2), Revision = 2 }), Removed = PollJson.ToCard(Poll with { Status = PollStatus.Removed, Revision = 3 });

    public static IReadOnlyList<string> All =>
    [
        Text(StreamMessages.Hello(new Position(9, 41), new Position(9, 48), LiveEvent, 12, Comment)),
        StreamJson.Object(0, static (json, _) => StreamJson.Batch(json, 42, 50,
        [
            new CommentEntry(42, Comment), new RemovedEntry(43, Noon, First), new RestoredEntry(44, Noon, Comment), new PinnedEntry(45, Noon, Comment), new PinnedEntry(46, Noon, null),
            new SettingsEntry(47, Noon, Settings), new StatusEntry(48, Noon, EventStatus.Ended), new UnknownEntry(49, Noon),
        ], 1), static (json, _) => Encoding.UTF8.GetString(json)),
        StreamJson.Object(0, static (json, _) => StreamJson.Tallies(json, [Tally]), static (json, _) => Encoding.UTF8.GetString(json)),
        Text(StreamMessages.Own(Comment)),
        Text(StreamMessages.Mention(LiveEvent, Comment)),
        Text(StreamMessages.Notice(new Notice(Ann, NoticeKind.TimedOut, Event, null, "Be kind ❤", Noon, TimeSpan.FromSeconds(60)), "cup-final")),
        Text(StreamMessages.Notice(new Notice(Ann, NoticeKind.Throttled, null, First, null, Noon, TimeSpan.FromSeconds(30)), null)),
        Text(StreamMessages.Authenticated(Ann, Role.Administrator, Noon)),
        Text(StreamMessages.Problem("k1", Error.ChallengeRequired, null, TimeSpan.FromSeconds(2), new Challenge("proof-of-work") { Token = "t", Difficulty = 12, ExpiresAt = Noon })),
        Text(StreamMessages.Reset("too-far-behind", new Position(9, 48), Event)),
        Text(StreamMessages.Bye(TimeSpan.FromMilliseconds(1500))),
        Text(StreamMessages.Pong),
        Text(StreamMessages.Hello(new Position(9, 50), new Position(9, 50), LiveEvent, 12, null, Poll)),
        StreamJson.Object(0, static (json, _) => StreamJson.Batch(json, 51, 53,
        [
            new CardEntry(51, Noon, Closed), new CardEntry(52, Noon, Removed), new CardEntry(53, Noon, new Card(Event.Value, "hologram", """{"depth":3}""")),
        ], 0), static (json, _) => Encoding.UTF8.GetString(json)),
        StreamJson.Object(0, static (json, _) => StreamJson.Votes(json, [Poll.Tally, Poll.Tally with { Version = 13, Counts = null }]), static (json, _) => Encoding.UTF8.GetString(json)),
        Text(StreamMessages.Hello(new Position(9, 53), new Position(9, 53), LiveEvent with { Settings = Settings with { Questions = true } }, 12, null, null, Question)),
        StreamJson.Object(0, static (json, _) => StreamJson.Batch(json, 54, 58,
        [
            new CommentEntry(54, Question with { Question = QuestionStatus.Open }), new CardEntry(55, Noon, Card.OnStage(Event, First), Question), new CardEntry(56, Noon, Card.OnStage(Event, First)),
            new CardEntry(57, Noon, Card.OnStage(Event, null)), new CardEntry(58, Noon, Card.OfQuestion(First, QuestionStatus.Answered)),
        ], 0), static (json, _) => Encoding.UTF8.GetString(json)),
    ];

    private static string Text(byte[] json) => Encoding.UTF8.GetString(json);
}
