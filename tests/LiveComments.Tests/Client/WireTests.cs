using System.Text;
using LiveComments.Client;
using LiveComments.Client.Streams;

namespace LiveComments.Tests.Client;

/// <summary>The client package and the server share no code. Both are held to the same lines: the server writes them, and the client reads them.</summary>
public sealed class WireTests
{
    /// <summary>What released servers wrote. A released line is never changed; a new form is added behind.</summary>
    private static readonly string[] Written = File.ReadAllLines(Path.Combine(Repository.Root, "tests/LiveComments.Tests/Client/wire-1.txt"));

    private static readonly Guid Ann = Guid.Parse("0198c0de-0000-7000-8000-0000000000a1"), First = Guid.Parse("0198c0de-0000-7000-8000-0000000000c1"), PollOf = Guid.Parse("0198c0de-0000-7000-8000-0000000000d1");
    private static readonly DateTimeOffset Noon = new(2030, 6, 1, 12, 0, 0, 123, TimeSpan.Zero);

    [Fact]
    public void The_server_writes_the_lines() => Assert.Equal(Written, WireSamples.All);

    [Fact]
    public void A_greeting_has_the_event_with_its_settings_and_its_pinned_comment()
    {
        var hello = ReadFirst<HelloMessage>("hello");
        Assert.Equal((new LogPosition(9, 41), new LogPosition(9, 48), 12), (hello.Position, hello.Head, hello.Viewers));
        var live = hello.Event;
        Assert.Equal(("cup-final", "Cup final", "The last one", "sports", "live"), (live.VideoId, live.Title, live.Description, live.EventType, live.Status));
        Assert.Equal((Noon, Noon.AddHours(2), Noon.AddMinutes(1), Noon.AddHours(3)), (live.StartTime, live.EndTime, live.StartedAt, live.EndedAt));
        AssertSettings(live.Settings);
        AssertComment(live.Pinned);
        Assert.Equal(3, live.Pinned!.ReplyCount);
    }

    [Fact]
    public void A_batch_has_every_kind_of_entry_and_says_how_many_were_left_out()
    {
        var batch = ReadFirst<BatchMessage>("batch");
        Assert.Equal((42, 50, 1), (batch.From, batch.To, batch.Skipped));
        Assert.Equal(Enumerable.Range(42, 8).Select(seq => (long)seq), batch.Entries.Select(entry => entry.Seq));
        AssertComment(Assert.IsType<CommentEntry>(batch.Entries[0]).Comment);
        Assert.Equal(First, Assert.IsType<RemovedEntry>(batch.Entries[1]).CommentId);
        AssertComment(Assert.IsType<RestoredEntry>(batch.Entries[2]).Comment);
        AssertComment(Assert.IsType<PinnedEntry>(batch.Entries[3]).Comment);
        Assert.Null(Assert.IsType<PinnedEntry>(batch.Entries[4]).Comment);
        AssertSettings(Assert.IsType<SettingsEntry>(batch.Entries[5]).Settings);
        var status = Assert.IsType<StatusEntry>(batch.Entries[6]);
        Assert.Equal(("ended", Noon), (status.Status, status.Timestamp));
        Assert.Equal("unknown", Assert.IsType<UnknownEntry>(batch.Entries[7]).Type);
    }

    [Fact]
    public void Counts_mentions_own_comments_and_notices_are_read_whole()
    {
        var counts = Assert.Single(Read<ReactionsMessage>("reactions").Counts);
        Assert.Equal((First, 7), (counts.CommentId, counts.Version));
        Assert.Equal(new Dictionary<string, int> { ["likes"] = 1, ["hahas"] = 3, ["angries"] = 600_000 }, counts.Reactions);
        AssertComment(Read<OwnMessage>("own").Comment);
        var mention = Read<MentionMessage>("mention");
        Assert.Equal("cup-final", mention.VideoId);
        AssertComment(mention.Comment);
        var notices = Lines("notice").Select(line => Assert.IsType<NoticeMessage>(Read(line))).ToList();
        Assert.Equal(("timed-out", "cup-final", null, "Be kind ❤", Noon.AddMinutes(1), null, Noon), (notices[0].Notice, notices[0].VideoId, notices[0].CommentId, notices[0].Reason, notices[0].Until, notices[0].Seconds, notices[0].Timestamp));
        Assert.Equal(("throttled", null, First, null, null, 30, Noon), (notices[1].Notice, notices[1].VideoId, notices[1].CommentId, notices[1].Reason, notices[1].Until, notices[1].Seconds, notices[1].Timestamp));
    }

    [Fact]
    public void Polls_and_what_is_voted_in_them_are_read_whole_and_other_cards_keep_their_state()
    {
        AssertPoll(Assert.IsType<HelloMessage>(Read(Lines("hello").ElementAt(1))).Event.Poll, "open", 1);
        var cards = Assert.IsType<BatchMessage>(Read(Lines("batch").ElementAt(1))).Entries.Select(entry => Assert.IsType<CardEntry>(entry).Card).ToList();
        AssertPoll(cards[0].Poll, "closed", 2);
        Assert.Equal(Noon.AddMinutes(2), cards[0].Poll!.ClosedAt);
        Assert.Equal(("removed", 3, ""), (cards[1].Poll!.Status, cards[1].Poll!.Revision, cards[1].Poll!.Question));
        Assert.Equal(("hologram", 3, null), (cards[2].Type, cards[2].State.GetProperty("depth").GetInt32(), cards[2].Poll));
        var polls = Read<VotesMessage>("votes").Polls;
        Assert.Equal((PollOf, 12, 600_001), (polls[0].PollId, polls[0].Version, polls[0].Votes));
        Assert.Equal([600_000, 1], polls[0].Counts!);
        Assert.Null(polls[1].Counts);
    }

    [Fact]
    public void A_question_what_becomes_of_it_and_what_is_on_stage_are_read_whole()
    {
        var live = Assert.IsType<HelloMessage>(Read(Lines("hello").ElementAt(2))).Event;
        Assert.Equal((true, First, "answered"), (live.Settings.Questions, live.Stage!.Id, live.Stage.Question));
        var entries = Assert.IsType<BatchMessage>(Read(Lines("batch").ElementAt(2))).Entries;
        Assert.Equal("open", Assert.IsType<CommentEntry>(entries[0]).Comment.Question);
        var cards = entries.Skip(1).Select(entry => Assert.IsType<CardEntry>(entry)).ToList();
        Assert.Equal(["stage", "stage", "stage", "question"], cards.Select(card => card.Card.Type));
        Assert.Equal([First, null, null, null], cards.Select(card => card.Comment?.Id));
        Assert.Equal((First, "answered"), (cards[3].Card.Question!.CommentId, cards[3].Card.Question!.Status));
        Assert.Null(cards[0].Card.Question);
    }

    [Fact]
    public void What_the_server_leaves_out_has_its_default()
    {
        var batch = Assert.IsType<BatchMessage>(Read("""
            {"type":"batch","from":1,"to":2,"entries":[{"seq":1,"type":"settings","settings":{}},{"seq":2,"type":"comment","comment":{"commentID":"0198c0de-0000-7000-8000-0000000000c1",
             "userID":"0198c0de-0000-7000-8000-0000000000a1","username":"ann","displayName":"Ann","commentText":"Hello","timestamp":"2030-06-01T12:00:00.123Z","position":"9:2"}}]}
            """));
        Assert.Equal("public", Assert.IsType<SettingsEntry>(batch.Entries[0]).Settings.Visibility);
        var comment = Assert.IsType<CommentEntry>(batch.Entries[1]).Comment;
        Assert.Empty(comment.Mentions);
        Assert.Empty(comment.Reactions);
    }

    [Fact]
    public void What_the_server_says_about_the_connection_is_read_whole()
    {
        var known = Read<AuthenticatedMessage>("authenticated");
        Assert.Equal((Ann, "administrator", Noon), (known.UserId, known.Role, known.ExpiresAt));
        var error = Read<ErrorMessage>("error");
        Assert.Equal(("challenge-required", Error.ChallengeRequired.Title), (error.Code, error.Text));
        var reset = Read<ResetMessage>("reset");
        Assert.Equal(("too-far-behind", new LogPosition(9, 48)), (reset.Reason, reset.Position));
        Assert.Equal(1500, Read<ByeMessage>("bye").ReconnectAfterMs);
    }

    [Fact]
    public void What_a_newer_server_adds_is_passed_over_and_what_is_no_message_is_said()
    {
        Assert.Null(Read("""{"type":"hologram","of":{"type":"batch"}}"""));
        Assert.Null(Read("""{"type":"pong"}"""));
        Assert.Equal(3, Assert.IsType<ViewersMessage>(Read("""{"count":3,"more":[{"type":"x"}],"type":"viewers"}""")).Count);
        var entry = Assert.IsType<UnknownEntry>(Assert.IsType<BatchMessage>(Read("""{"type":"batch","from":1,"to":1,"entries":[{"seq":1,"type":"flag","flag":{"type":"card"}}]}""")).Entries[0]);
        Assert.Equal((1, "flag"), (entry.Seq, entry.Type));
        foreach (var wrong in (string[])["", "[]", "<html>", """{"type":"batch"}""", """{"type":"reset","reason":"epoch","position":"nowhere"}"""])
            Assert.Equal(ClientCodes.UnexpectedAnswer, Assert.Throws<LiveCommentsException>(() => Read(wrong)).Code);
    }

    [Theory]
    [InlineData("4611:42", true)]
    [InlineData("9223372036854775807:0", true)]
    [InlineData("4611", false)]
    [InlineData("-1:2", false)]
    [InlineData("1: 2", false)]
    [InlineData("", false)]
    public void A_position_is_read_as_it_is_printed(string text, bool isOne)
    {
        Assert.Equal(isOne, LogPosition.TryParse(text, null, out var position));
        if (isOne)
            Assert.Equal(text, position.ToString());
    }

    private static IEnumerable<string> Lines(string type) => Written.Where(line => line.StartsWith($"{{\"type\":\"{type}\"", StringComparison.Ordinal));

    private static T Read<T>(string type) => Assert.IsType<T>(Read(Assert.Single(Lines(type))));

    private static T ReadFirst<T>(string type) => Assert.IsType<T>(Read(Lines(type).First()));

    private static StreamMessage? Read(string line) => StreamMessageReader.Read(Encoding.UTF8.GetBytes(line));

    private static void AssertPoll(LivePoll? poll, string status, int revision)
    {
        Assert.NotNull(poll);
        Assert.Equal((PollOf, 3, status, revision, "Grün, \"Rot\" ❤?", "live"), (poll.Id, poll.Number, poll.Status, poll.Revision, poll.Question, poll.Results));
        Assert.Equal((Noon, Noon.AddMinutes(5), 12, 600_001), (poll.OpenedAt, poll.EndsAt, poll.Version, poll.Votes));
        Assert.Equal(["Grün", "Rot"], poll.Options);
        Assert.Equal([600_000, 1], poll.Counts!);
    }

    private static void AssertComment(LiveComment? comment)
    {
        Assert.NotNull(comment);
        Assert.Equal((First, Ann, "ann", "Ann ❤", "https://example.org/a.png", "moderator"), (comment.Id, comment.UserId, comment.Username, comment.DisplayName, comment.AvatarUrl, comment.Role));
        Assert.Equal(("Grüße, @bob \ud83d\ude00", Noon, new LogPosition(long.MaxValue, 42)), (comment.Text, comment.Timestamp, comment.Position));
        Assert.Equal(Guid.Parse("0198c0de-0000-7000-8000-0000000000c2"), comment.ReplyTo);
        Assert.Equal("bob", Assert.Single(comment.Mentions).Username);
        Assert.Equal(1, comment.Reactions["likes"]);
    }

    private static void AssertSettings(EventSettings settings)
    {
        Assert.Equal(("private", 5, 100, 10, "https://example.org/v.mp4"), (settings.Visibility, settings.SlowModeSeconds, settings.MaxParticipants, settings.OpenBeforeStartMinutes, settings.VideoUrl));
        Assert.Equal(["like", "wow"], settings.ReactionTypes);
    }
}
