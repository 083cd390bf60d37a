using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Moderation;
using LiveComments.PersonalData;
using LiveComments.Polls;
using LiveComments.Reactions;
using LiveComments.Retention;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.Conformance;

/// <summary>What <see cref="IRetention"/> promises, driven by the schedule that calls it.</summary>
public abstract class RetentionSpec : StoreSpec
{
    // The clock of the tests stands still: a pause would last for ever.
    private readonly RetentionOptions _options = new() { Pause = TimeSpan.Zero };

    /// <summary>The catalogue of the same store.</summary>
    private protected abstract IEventCatalog Catalog { get; }

    /// <summary>Everything of the store as bytes, so that a test can see what is really gone.</summary>
    private protected abstract Task<byte[]> DumpAsync();

    [Fact]
    public async Task Comments_and_reactions_go_when_their_event_ended_long_enough_ago_and_not_before()
    {
        var (old, live) = (await EventAsync(), await EventAsync());
        var comment = await PostAsync(old, Draft("of the past", mentions: [new Mention(Bob.Id, "bob")], key: "k"));
        await ReactAsync(old, comment.Id, Bob.Id, ReactionType.Like);
        var stays = await PostAsync(live, Draft("of today", mentions: [new Mention(Bob.Id, "bob")]));
        for (var i = 0; i < 15; i++)
            await Store.Log.AppendAsync(old, [.. Enumerable.Range(0, 100).Select(n => Draft($"{n} of the past"))], default);
        var poll = PollId.New(Time);
        await Store.Polls.OpenAsync(new Poll(poll, old, 0, "Who won of the past?", ["Red", "Blue"], PollResults.Live, null, Now, null, PollStatus.Open, 1, PollTally.Empty(poll, 2)), default);
        await Store.Polls.VoteAsync(old, [new VoteDraft(Bob.Id, new Vote(poll, 1))], Now, default);
        await PlaceAsync(old, new StatusDraft(EventStatus.Ended));

        await RunAsync(TimeSpan.FromDays(29.9));
        Assert.Single(await Store.PersonalData.VotesAsync(Bob.Id, null, 10, default));
        Assert.NotNull(await Store.Comments.FindAsync(old, comment.Id, default));
        await RunAsync(TimeSpan.FromDays(0.2));
        Assert.Null(await Store.Comments.FindAsync(old, comment.Id, default));
        Assert.Null(await Store.Polls.FindAsync(old, poll, default));
        Assert.Empty(await Store.PersonalData.VotesAsync(Bob.Id, null, 10, default));
        var page = (await Store.Log.ReadAsync(old, 0, 10, default))!;
        Assert.Empty(page.Entries);
        Assert.Equal(0, page.Head.Seq);
        Assert.NotEqual(comment.Position.Epoch, page.Head.Epoch);
        Assert.Equal(EventStatus.Ended, (await Store.Log.HeadsAsync([old], default))[old].Status);
        Assert.Equal(Error.EventNotLive, Refusal(await PlaceAsync(old, Draft("late"))));
        Assert.Equal(-1, (await DumpAsync()).AsSpan().IndexOf("of the past"u8));

        Assert.Equal(stays.Text, (await Store.Comments.FindAsync(live, stays.Id, default))!.Text);
        Assert.Equal(["of today"], Texts((await Store.Comments.MentioningAsync(Bob.Id, null, 10, default)).Select(found => found.Comment)));
    }

    [Fact]
    public async Task An_event_that_is_kept_or_is_live_again_keeps_its_comments()
    {
        var (kept, again) = (await EventAsync(new EventSettings { Keep = true }), await EventAsync());
        var comments = new[] { (kept, await PostAsync(kept, "kept")), (again, await PostAsync(again, "again")) };
        await PlaceAsync(kept, new StatusDraft(EventStatus.Ended));
        await PlaceAsync(again, new StatusDraft(EventStatus.Ended));
        await PlaceAsync(again, new StatusDraft(EventStatus.Live));
        await RunAsync(TimeSpan.FromDays(365));
        foreach (var (id, comment) in comments)
            Assert.NotNull(await Store.Comments.FindAsync(id, comment.Id, default));
    }

    [Fact]
    public async Task Keys_are_good_for_a_day_and_then_go()
    {
        var id = await EventAsync();
        var early = await PostAsync(id, Draft("early", key: "early"));
        for (var i = 0; i < 25; i++)
            await Store.Log.AppendAsync(id, [.. Enumerable.Range(0, 100).Select(n => Draft("x", key: $"key-{i}-{n}"))], default);
        await RunAsync(TimeSpan.FromHours(23));
        var late = await PostAsync(id, Draft("late", key: "late"));
        Assert.Equal(early.Id, Assert.IsType<AppendResult.Repeated>(await PlaceAsync(id, Draft("early", key: "early"))).CommentId);
        await RunAsync(TimeSpan.FromHours(2));
        await PostAsync(id, Draft("early", key: "early"));
        Assert.Equal(late.Id, Assert.IsType<AppendResult.Repeated>(await PlaceAsync(id, Draft("late", key: "late"))).CommentId);
        await PostAsync(id, Draft("x", key: "key-24-99"));
    }

    [Fact]
    public async Task The_text_of_a_removed_comment_is_erased_after_a_week_and_its_row_stays()
    {
        var id = await EventAsync();
        var comment = await PostAsync(id, Draft("a-text-that-was-removed", mentions: [new Mention(Bob.Id, "bob")]));
        var reply = await PostAsync(id, "reply", comment.Id);
        await RemoveAsync(id, comment.Id);
        await RunAsync(TimeSpan.FromDays(6.9));
        Assert.NotEqual(-1, (await DumpAsync()).AsSpan().IndexOf("a-text-that-was-removed"u8));
        await RunAsync(TimeSpan.FromDays(0.2));
        Assert.Equal(-1, (await DumpAsync()).AsSpan().IndexOf("a-text-that-was-removed"u8));
        var entries = await WholeAsync(id);
        Assert.Equal([1, 2, 3, 4], entries.Select(entry => entry.Seq));
        Assert.Equal(comment.Id, Assert.IsType<RemovedEntry>(entries[1]).CommentId);
        Assert.IsType<AppendResult.Repeated>(await PlaceAsync(id, new RemovalDraft(comment.Id, Ann.Id, false)));
        Assert.Equal(comment.Id, (await Store.Comments.FindAsync(id, reply.Id, default))!.ReplyTo);
        Assert.Empty(await Store.Comments.MentioningAsync(Bob.Id, null, 10, default));
    }

    [Fact]
    public async Task A_rejected_text_is_erased_after_a_week_and_a_held_one_with_its_event()
    {
        var id = await EventAsync();
        var (rejected, held) = (Draft("a-text-that-was-rejected") with { Hold = new Hold(0.5, []) }, Draft("a-text-that-waits") with { Hold = new Hold(0.5, []) });
        await Store.Moderation.HoldAsync(id, [rejected, held], default);
        await Store.Moderation.DecideAsync([new ModeratorDecision(Guid.NewGuid(), id, Bob.Id, Now, DecisionAction.Reject, rejected.Id, Ann.Id)], default);
        await RunAsync(TimeSpan.FromDays(6.9));
        Assert.NotEqual(-1, (await DumpAsync()).AsSpan().IndexOf("a-text-that-was-rejected"u8));
        await RunAsync(TimeSpan.FromDays(0.2));
        Assert.Equal(-1, (await DumpAsync()).AsSpan().IndexOf("a-text-that-was-rejected"u8));
        await PlaceAsync(id, new StatusDraft(EventStatus.Ended));
        await RunAsync(TimeSpan.FromDays(29.9));
        Assert.Single(await Store.Moderation.WaitingAsync(id, false, null, 10, default));
        await RunAsync(TimeSpan.FromDays(0.2));
        Assert.Equal(-1, (await DumpAsync()).AsSpan().IndexOf("a-text-that-waits"u8));
        Assert.Single(await Store.Moderation.AuditAsync(id, long.MaxValue, 10, default));
    }

    [Fact]
    public async Task A_server_that_dies_when_a_log_has_expired_leaves_nothing_that_was_held_in_its_event()
    {
        var id = await EventAsync();
        await Store.Moderation.HoldAsync(id, [Draft("a-text-that-waits") with { Hold = new Hold(0.5, []) }], default);
        await PlaceAsync(id, new StatusDraft(EventStatus.Ended));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => RunAsync(TimeSpan.FromDays(30.1), new DiesAfterExpiry(Store.Retention)));
        await RunAsync(TimeSpan.FromDays(1));
        Assert.Empty(await WholeAsync(id));
        Assert.Empty(await Store.Moderation.WaitingAsync(id, false, null, 10, default));
        Assert.Equal(-1, (await DumpAsync()).AsSpan().IndexOf("a-text-that-waits"u8));
    }

    [Fact]
    public async Task A_restored_text_is_kept_and_erased_a_week_after_it_is_removed_again()
    {
        var id = await EventAsync();
        var comment = await PostAsync(id, "a-text-that-is-restored");
        await PlaceAsync(id, new RemovalDraft(comment.Id, Bob.Id, AsModerator: true));
        await RunAsync(TimeSpan.FromDays(1));
        await PlaceAsync(id, new RestoreDraft(comment.Id, Bob.Id));
        await RunAsync(TimeSpan.FromDays(8));
        Assert.Equal("a-text-that-is-restored", (await Store.Comments.FindAsync(id, comment.Id, default))!.Text);
        await PlaceAsync(id, new RemovalDraft(comment.Id, Bob.Id, AsModerator: true));
        await RunAsync(TimeSpan.FromDays(6.9));
        Assert.NotNull(await Store.Comments.FindRemovedAsync(id, comment.Id, default));
        await RunAsync(TimeSpan.FromDays(0.2));
        Assert.Null(await Store.Comments.FindRemovedAsync(id, comment.Id, default));
        Assert.Equal(-1, (await DumpAsync()).AsSpan().IndexOf("a-text-that-is-restored"u8));
        Assert.Equal(Error.CommentRemoved, Assert.IsType<AppendResult.Refused>(await PlaceAsync(id, new RestoreDraft(comment.Id, Bob.Id))).Error);
    }

    [Fact]
    public async Task Guests_who_do_not_come_back_are_erased_after_a_month_once_none_of_their_comments_is_left()
    {
        var (kept, old) = (await EventAsync(new EventSettings { Keep = true, Guests = true }), await EventAsync(new EventSettings { Guests = true }));
        var (reader, writer, inReplay, account) = (await GuestAsync("a-guest-who-reads"), await GuestAsync("a-guest-who-writes"), await GuestAsync("a-guest-in-a-replay"), await AccountAsync());
        await PostAsync(old, Draft("a comment") with { Author = Of(writer) });
        await PostAsync(kept, Draft("another comment") with { Author = Of(inReplay) });
        foreach (var id in (EventId[])[kept, old])
            await PlaceAsync(id, new StatusDraft(EventStatus.Ended));
        await RunAsync(TimeSpan.FromDays(29.9));
        foreach (var guest in (Account[])[reader, writer, inReplay])
            Assert.NotNull(await Store.Accounts.FindAsync(guest.Id, default));
        await RunAsync(TimeSpan.FromDays(0.2));
        Assert.Null(await Store.Accounts.FindAsync(reader.Id, default));
        Assert.Null(await Store.Accounts.FindAsync(writer.Id, default));
        Assert.NotNull(await Store.Accounts.FindAsync(inReplay.Id, default));
        Assert.NotNull(await Store.Accounts.FindAsync(account.Id, default));
        foreach (var name in (string[])["a-guest-who-reads", "a-guest-who-writes"])
            Assert.Equal(-1, (await DumpAsync()).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(name)));
        Assert.Single(await Store.Comments.ByAuthorAsync(inReplay.Id, null, 10, default));

        static Author Of(Account guest) => new(guest.Id, guest.Username, guest.DisplayName, null, Role.Viewer);
        Task<Account> GuestAsync(string name) => StoredAsync(GuestName.New(), name);
        Task<Account> AccountAsync() => StoredAsync("ann", "Ann");
        async Task<Account> StoredAsync(string username, string name)
        {
            var stored = new Account(new UserId(Guid.NewGuid()), username, null, name, null, Role.Viewer, AccountStatus.Active, "{}", Time.GetUtcNow(), Time.GetUtcNow());
            Assert.Null(await Store.Accounts.AddAsync(stored, null, default));
            return stored;
        }
    }

    private async Task<EventId> EventAsync(EventSettings? settings = null)
    {
        var id = await LiveAsync();
        Assert.Null(await Catalog.AddAsync(new LiveEvent(id, null, "Title", null, "sports", EventStatus.Live, Now, false, null, "UTC", settings ?? new EventSettings(), Ann.Id, Now, Now), default));
        return id;
    }

    /// <summary>One round of the schedule, some time later.</summary>
    private async Task RunAsync(TimeSpan after, IRetention? retention = null)
    {
        Time.Advance(after);
        using var schedule = new RetentionSchedule(retention ?? Store.Retention, Store.Moderation, Store.Polls, Store.Analytics, new AbsentGuests(Store.Accounts, Store.PersonalData, Store.Comments, Time), Catalog, new LiveComments.Akka.Alone(), _ => { }, Options.Create(_options), Time, NullLogger<RetentionSchedule>.Instance);
        await schedule.RoundAsync(default).WaitAsync(TimeSpan.FromSeconds(60));
    }

    private sealed class DiesAfterExpiry(IRetention sound) : IRetention
    {
        public ValueTask<IReadOnlyList<EventId>> EndedAsync(DateTimeOffset before, EventId? after, int limit, CancellationToken ct) => sound.EndedAsync(before, after, limit, ct);

        public async ValueTask<bool> ExpireAsync(EventId id, DateTimeOffset endedBefore, CancellationToken ct)
        {
            if (await sound.ExpireAsync(id, endedBefore, ct))
                throw new StoreUnavailableException("The server dies here.");
            return false;
        }

        public ValueTask<bool> ForgetAsync(DateTimeOffset keysBefore, DateTimeOffset textsBefore, CancellationToken ct) => sound.ForgetAsync(keysBefore, textsBefore, ct);
    }
}
