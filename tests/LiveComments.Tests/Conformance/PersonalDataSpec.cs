using System.Text;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Moderation;
using LiveComments.PersonalData;
using LiveComments.Polls;
using LiveComments.Reactions;

namespace LiveComments.Tests.Conformance;

/// <summary>What every <see cref="IPersonalData"/> promises, together with an <see cref="IPersonalLogData"/>, which may be of another store.</summary>
public abstract class PersonalDataSpec : StoreSpec
{
    private protected virtual IPersonalData Data => Store.PersonalData;

    private protected virtual IPersonalLogData Logs => Store.PersonalLogData;

    [Fact]
    public async Task What_somebody_left_is_found_in_pages_and_nothing_of_others()
    {
        var events = new List<EventId>();
        for (var i = 0; i < 5; i++)
            events.Add(await EventAsync());
        foreach (var user in (UserId[])[Ann.Id, Bob.Id])
            await Store.Participants.JoinAsync([.. events.Take(4).Select(id => new Join(id, user, Now))], default);
        await Store.Participants.AdmitAsync(events[4], Ann.Id, Role.Moderator, default);
        var id = events[0];
        var (stands, removed, bobs) = (await PostAsync(id, Draft("stands")), await PostAsync(id, Draft("was removed")), await PostAsync(id, Draft("by Bob", Bob)));
        foreach (var comment in (Comment[])[stands, removed, bobs])
            await ReactAsync(id, comment.Id, Ann.Id, ReactionType.Love);
        await ReactAsync(id, stands.Id, Bob.Id, ReactionType.Like);
        await RemoveAsync(id, removed.Id);
        await RemoveAsync(id, (await PostAsync(id, Draft("removed and by Bob", Bob))).Id);
        CommentDraft[] held = [.. Enumerable.Range(0, 5).Select(i => Held($"held {i}")).OrderBy(draft => draft.Id.Value.ToString(), StringComparer.Ordinal)];
        await Store.Moderation.HoldAsync(id, [.. held, Held("held and by Bob", Bob)], default);
        await DecideAsync(DecisionAction.Reject, held[1].Id);
        await DecideAsync(DecisionAction.Warn, null, "be kind");
        await Store.Moderation.DecideAsync([new ModeratorDecision(Guid.NewGuid(), null, Ann.Id, Now, DecisionAction.Warn, null, Bob.Id)], default);
        await Store.Moderation.ReportAsync(new Report(id, bobs.Id, Ann.Id, "spam", Now), default);
        await Store.Moderation.ReportAsync(new Report(id, stands.Id, Bob.Id, "not mine", Now), default);
        await AccountAsync(Ann);
        var session = await SessionAsync(Ann.Id);
        await Store.ReopenAsync();

        Assert.Equal(new LogIn(session.Id, Now, Now.AddDays(30), null, "192.0.2.77", "Browser/1.0"), Assert.Single(await Data.LogInsAsync(Ann.Id, default)));
        var participations = await AllAsync<Participation, EventId>(Data.ParticipationsAsync, one => one.Event);
        Assert.Equal(events.OrderBy(one => one.Value.ToString(), StringComparer.Ordinal), participations.Select(one => one.Event));
        Assert.Equal(new Participation(events[4], Role.Moderator, null), participations.Single(one => one.Event == events[4]));
        Assert.All(participations.Where(one => one.Event != events[4]), one => Assert.Equal((null, Now), (one.Role, one.JoinedAt)));
        Assert.Equal([(id, "was removed")], (await SearchAsync(Logs.RemovedCommentsAsync)).Select(found => (found.Event!.Value, found.Comment.Text)));
        Assert.Equal(new HashSet<GivenReaction>(new[] { stands.Id, removed.Id, bobs.Id }.Select(comment => new GivenReaction(id, comment, ReactionType.Love))), (await SearchAsync(Logs.ReactionsAsync)).ToHashSet());
        var found = await AllAsync<HeldComment, CommentId>(Data.HeldAsync, one => one.Draft.Id);
        Assert.Equal(held.Select((draft, i) => (draft.Id, draft.Text, i == 1 ? HeldState.Rejected : HeldState.Held)), found.Select(one => (one.Draft.Id, one.Draft.Text, one.State)));
        Assert.Equal(new Report(id, bobs.Id, Ann.Id, "spam", Now), Assert.Single(await Data.ReportsAsync(Ann.Id, null, 10, default)));
        Assert.Empty(await Data.ReportsAsync(Ann.Id, bobs.Id, 10, default));
        var lines = await Data.DecisionsAsync(Ann.Id, 0, 10, default);
        Assert.Equal([DecisionAction.Reject, DecisionAction.Warn], lines.Select(line => line.Decision.Action));
        Assert.Equal("be kind", Assert.Single(await Data.DecisionsAsync(Ann.Id, lines[0].Seq, 1, default)).Decision.Reason);
    }

    [Fact]
    public async Task An_account_ends_at_once_for_ever_and_its_name_and_address_are_free()
    {
        await AccountAsync(Ann);
        var session = await SessionAsync(Ann.Id);
        var before = (await Store.Accounts.ChangesAsync(0, Now.AddDays(-1), default)).Change;
        Assert.True(await Data.BeginAsync(Ann.Id, Now, default));
        await Store.ReopenAsync();
        var ended = (await Store.Accounts.FindAsync(Ann.Id, default))!;
        Assert.Equal((AccountStatus.Erased, Account.ErasedName, (string?)null, (string?)null, "{}"), (ended.Status, ended.DisplayName, ended.Email, ended.AvatarUrl, ended.Preferences));
        Assert.False(Username.IsValid(ended.Username));
        Assert.Equal([ended.Standing], (await Store.Accounts.ChangesAsync(before, Now.AddDays(-1), default)).Accounts);
        Assert.Null(await Store.Accounts.FindCredentialsAsync(Ann.Id, default));
        Assert.Empty(await Data.LogInsAsync(Ann.Id, default));
        Assert.False((await Store.Accounts.StandingAsync([session.Id], [Ann.Id], Now, default)).Sessions.ContainsKey(session.Id));
        Assert.False(await Store.Accounts.AddSessionAsync(session with { Id = Guid.NewGuid() }, null, default));
        Assert.Equal(Error.StateConflict, await Store.Accounts.AddAsync(New(Ann, "again", null), null, default));
        Assert.False(await Store.Accounts.ReplaceAsync(ended with { DisplayName = "back" }, default));
        await AccountAsync(Ann with { Id = UserId.New(TimeProvider.System) });

        Assert.False(await Data.BeginAsync(Ann.Id, Now.AddDays(1), default));
        Assert.Equal(ended, await Store.Accounts.FindAsync(Ann.Id, default));
        // One that this store never had, as after a restore of a backup that is older than the account.
        Assert.True(await Data.BeginAsync(Bob.Id, Now, default));
        Assert.Equal(AccountStatus.Erased, (await Store.Accounts.FindAsync(Bob.Id, default))!.Status);
    }

    [Fact]
    public async Task Of_many_who_erase_an_account_at_once_one_does()
    {
        await AccountAsync(Ann);
        var begun = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await Data.BeginAsync(Ann.Id, Now, default))));
        Assert.Contains(true, begun);
        Assert.Equal(AccountStatus.Erased, (await Store.Accounts.FindAsync(Ann.Id, default))!.Status);
        Assert.Equal(Ann.Id, Assert.Single(await Data.DueAsync(Now, 10, default)).User);
    }

    [Fact]
    public async Task An_erasure_is_due_at_once_and_once_more_and_then_finished()
    {
        await Data.BeginAsync(Ann.Id, Now, default);
        Assert.Equal([new Erasure(Ann.Id, false)], await Data.DueAsync(Now, 10, default));
        await Data.RepeatAsync(Ann.Id, Now.AddSeconds(10), default);
        await Store.ReopenAsync();
        Assert.Empty(await Data.DueAsync(Now.AddSeconds(9), 10, default));
        Assert.Equal([new Erasure(Ann.Id, true)], await Data.DueAsync(Now.AddSeconds(10), 10, default));
        await Data.FinishAsync(Ann.Id, default);
        Assert.Empty(await Data.DueAsync(Now.AddDays(1), 10, default));
        await Data.FinishAsync(Ann.Id, default);
    }

    [Fact]
    public async Task What_is_erased_is_nowhere_any_more_and_what_others_left_stays()
    {
        var (id, other) = (await EventAsync(), await EventAsync());
        await AccountAsync(Ann);
        await AccountAsync(Bob);
        await SessionAsync(Ann.Id);
        await Store.Participants.JoinAsync([new Join(id, Ann.Id, Now), new Join(other, Ann.Id, Now), new Join(id, Bob.Id, Now)], default);
        var mentionsBoth = new[] { new Mention(Ann.Id, Ann.Username), new Mention(Bob.Id, Bob.Username) };
        var doomed = new[] { await PostAsync(id, Draft("hidden-text one", key: "k", mentions: mentionsBoth)), await PostAsync(other, Draft("hidden-text two")) };
        var reply = await PostAsync(id, Draft("a reply that stays", Bob, doomed[0].Id));
        var linked = await PostAsync(id, Draft("hello both", Bob, mentions: mentionsBoth));
        await ReactAsync(id, linked.Id, Ann.Id, ReactionType.Love);
        await ReactAsync(id, linked.Id, Bob.Id, ReactionType.Love);
        var gone = await PostAsync(id, Draft("of Bob and removed", Bob));
        await ReactAsync(id, gone.Id, Ann.Id, ReactionType.Sad);
        await RemoveAsync(id, gone.Id);
        var (held, rejected, bobs) = (Held("hidden-text three"), Held("hidden-text four"), Held("hello from Bob", Bob) with { Mentions = mentionsBoth });
        await Store.Moderation.HoldAsync(id, [held, rejected, bobs], default);
        await DecideAsync(DecisionAction.Reject, rejected.Id, "hidden-text five");
        await DecideAsync(DecisionAction.Ban, null, "hidden-text six");
        await Store.Moderation.DecideAsync([new ModeratorDecision(Guid.NewGuid(), id, Ann.Id, Now, DecisionAction.Warn, null, Bob.Id, Reason: "hidden-text seven")], default);
        await Store.Moderation.DecideAsync([new ModeratorDecision(Guid.NewGuid(), id, Person("mod").Id, Now, DecisionAction.Warn, null, Bob.Id, Reason: "a reason that stays")], default);
        await Store.Moderation.ReportAsync(new Report(id, linked.Id, Ann.Id, "hidden-text eight", Now), default);
        await Store.Moderation.ReportAsync(new Report(id, linked.Id, Person("cy").Id, "a report that stays", Now), default);
        var poll = new Poll(PollId.New(Time), id, 1, "A question that stays?", ["Yes", "No"], PollResults.Live, null, Now, null, PollStatus.Open, 1, PollTally.Empty(default, 2));
        await Store.Polls.OpenAsync(poll, default);
        await Store.Polls.VoteAsync(id, [new VoteDraft(Ann.Id, new Vote(poll.Id, 1)), new VoteDraft(Bob.Id, new Vote(poll.Id, 1))], Now, default);
        Assert.Equal([new GivenVote(id, new Vote(poll.Id, 1))], await Data.VotesAsync(Ann.Id, null, 10, default));
        Assert.Empty(await Data.VotesAsync(Ann.Id, poll.Id, 10, default));
        await Store.Moderation.ReportAsync(new Report(id, doomed[0].Id, Bob.Id, "hidden-text nine", Now), default);

        var others = new BanTrace(Guid.NewGuid(), Bob.Id, BanTraceKind.Network, Now, Now.AddDays(7));
        await Store.Abuse.TraceAsync([others with { Banned = Ann.Id }, others with { Trace = Ann.Id.Value }, others], Now, default);

        await Data.BeginAsync(Ann.Id, Now, default);
        while (!await Data.EraseAsync(Ann.Id, default))
        {
        }
        Assert.Equal([others], await Store.Abuse.TracesAsync(Now, default));
        // What the engine does for it.
        await PlaceAsync(id, new RemovalDraft(doomed[0].Id, Ann.Id, false));
        await PlaceAsync(other, new RemovalDraft(doomed[1].Id, Ann.Id, false));
        Assert.Equal(new HashSet<CommentId> { linked.Id, gone.Id }, (await SearchAsync(Logs.ReactionsAsync)).Select(one => one.Comment).ToHashSet());
        await ReactAsync(id, linked.Id, Ann.Id, null);
        await Logs.DropReactionsAsync(Ann.Id, [gone.Id], default);
        await SweepAsync();
        await Data.FinishAsync(Ann.Id, default);

        var dump = await Store.DumpAsync();
        foreach (var text in (string[])["hidden-text", "The ann", "ann.png", "ann@example.org", "ann-hash", "ann-authenticator", "192.0.2.77", "Browser/1.0", "ann-preference"])
            Assert.True(dump.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) == -1, $"'{text}' is still stored.");
        Assert.Empty(await SearchAsync(Logs.ReactionsAsync));
        Assert.Empty(await Data.ParticipationsAsync(Ann.Id, null, 10, default));
        Assert.Empty(await Data.HeldAsync(Ann.Id, null, 10, default));
        Assert.Empty(await Data.ReportsAsync(Ann.Id, null, 10, default));
        Assert.Empty(await Data.VotesAsync(Ann.Id, null, 10, default));
        Assert.Single(await Data.VotesAsync(Bob.Id, null, 10, default));
        Assert.Equal([0, 2], (await Store.Polls.FindAsync(id, poll.Id, default))!.Tally.Counts!);
        Assert.Empty(await Store.Comments.MentioningAsync(Ann.Id, null, 10, default));
        Assert.DoesNotContain((await Store.Moderation.RestrictionsAsync(0, default)).Restrictions, one => one.User == Ann.Id);

        var stays = (await Store.Comments.FindAsync(id, linked.Id, default))!;
        Assert.Equal(("hello both", Bob), (stays.Text, stays.Author));
        Assert.Equal([new Mention(Bob.Id, Bob.Username)], stays.Mentions);
        Assert.Equal(new ReactionCounts(0, 1, 0, 0, 0, 0), stays.Reactions.Counts);
        Assert.Equal([linked.Id], (await Store.Comments.MentioningAsync(Bob.Id, null, 10, default)).Select(one => one.Comment.Id));
        Assert.Equal("a reply that stays", (await Store.Comments.FindAsync(id, reply.Id, default))!.Text);
        var waiting = Assert.Single(await Store.Moderation.WaitingAsync(id, false, null, 10, default)).Draft;
        Assert.Equal(("hello from Bob", Bob), (waiting.Text, waiting.Author));
        Assert.Equal([new Mention(Bob.Id, Bob.Username)], waiting.Mentions);
        Assert.Single(await Data.ParticipationsAsync(Bob.Id, null, 10, default));
        var reported = Assert.Single(await Store.Moderation.ReportedAsync(id, 10, default));
        Assert.Equal((linked.Id, 2), (reported.Comment, reported.Count));
        Assert.Equal(["a report that stays"], reported.Reasons);
        Assert.Contains(await WholeAsync(id), entry => entry is RemovedEntry { CommentId: var comment } && comment == doomed[0].Id);
        Assert.NotNull(await Store.Accounts.FindCredentialsAsync(Bob.Id, default));

        var (seq, hash) = (0L, AuditChain.Start);
        var lines = await Store.Moderation.AuditAfterAsync(0, 10, default);
        Assert.Equal(4, lines.Count);
        foreach (var line in lines)
        {
            Assert.Null(AuditChain.FaultOf(seq, hash, line));
            (seq, hash) = (line.Seq, line.Hash);
        }
        Assert.Equal([null, null, null, "a reason that stays"], lines.Select(line => line.Decision.Reason));
        Assert.All(lines.Take(3), line => Assert.Null(line.Salt));
    }

    [Fact]
    public async Task A_search_goes_through_all_logs_however_long_they_are()
    {
        var mine = new HashSet<CommentId>();
        for (var i = 0; i < 3; i++)
        {
            var id = await EventAsync();
            var theirs = new List<CommentDraft>();
            for (var n = 0; n < Others; n++)
                theirs.Add(Draft("x", Bob));
            var own = Draft("of Ann");
            mine.Add(own.Id);
            await Store.Log.AppendAsync(id, [.. theirs, own], default);
            await Store.Reactions.ApplyAsync(id, [.. theirs.Append(own).Select(draft => new ReactionDraft(draft.Id, draft == own ? Ann.Id : Bob.Id, ReactionType.Like))], default);
            await Store.Log.AppendAsync(id, [.. theirs.Append(own).Select(draft => new RemovalDraft(draft.Id, draft.Author.Id, false))], default);
        }
        Assert.Equal(mine, (await SearchAsync(Logs.RemovedCommentsAsync)).Select(one => one.Comment.Id).ToHashSet());
        Assert.Equal(mine, (await SearchAsync(Logs.ReactionsAsync)).Select(one => one.Comment).ToHashSet());
        Assert.True(await SweepAsync() > 2, "It was one step.");
        Assert.Empty(await SearchAsync(Logs.RemovedCommentsAsync));
        Assert.Equal(-1, (await Store.DumpAsync()).AsSpan().IndexOf("of Ann"u8));
    }

    [Fact]
    public async Task What_a_deleted_event_still_has_of_somebody_goes_with_the_last_step()
    {
        var id = await EventAsync();
        await Store.Log.AppendAsync(id, [.. Enumerable.Range(0, Others).Select(i => Draft($"hidden-text {i}"))], default);
        await Store.Log.DeleteAsync(id, default);
        await SweepAsync();
        Assert.Equal(-1, (await Store.DumpAsync()).AsSpan().IndexOf("hidden-text"u8));
    }

    [Fact]
    public async Task What_a_newer_program_stores_of_a_comment_is_erased_with_it()
    {
        var id = await EventAsync();
        var comment = await PostAsync(id, Draft("hidden-text"));
        await RemoveAsync(id, comment.Id);
        await Store.Moderation.HoldAsync(id, [Held("hidden-text")], default);
        // An entry of an unknown kind that carries the comment, and a held comment in an unknown state.
        await CopyEntriesAsync();
        await RunAsync("UPDATE held_comments SET state = 99");
        Assert.NotEqual(-1, (await Store.DumpAsync()).AsSpan().IndexOf("hidden-text"u8));
        while (!await Data.EraseAsync(Ann.Id, default))
        {
        }
        await SweepAsync();
        var dump = await Store.DumpAsync();
        Assert.Equal(-1, dump.AsSpan().IndexOf("hidden-text"u8));
        Assert.Equal(-1, dump.AsSpan().IndexOf("The ann"u8));
    }

    /// <summary>Comments that others write, so that a store which looks at all of them needs several steps.</summary>
    private protected virtual int Others => 1_200;

    /// <summary>Adds a copy of each comment as an entry of the kind 99, behind all others.</summary>
    private protected abstract Task CopyEntriesAsync();

    /// <summary>Runs a statement in the database of people, for what the seams cannot do.</summary>
    private protected abstract Task RunAsync(string sql);

    private static CommentDraft Held(string text, Author? author = null) => Draft(text, author) with { Hold = new Hold(0.5, [new HoldReason("text", "doubtful")]) };

    private static Account New(Author author, string username, string? email) =>
        new(author.Id, username, email, author.DisplayName, author.AvatarUrl, Role.Viewer, AccountStatus.Active, $$"""{"{{author.Username}}-preference":1}""", new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private async Task AccountAsync(Author author) =>
        Assert.Null(await Store.Accounts.AddAsync(New(author, author.Username, $"{author.Username}@example.org"), new Credentials(author.Id, $"{author.Username}-hash", Now, $"{author.Username}-authenticator"), default));

    private async Task<LoginSession> SessionAsync(UserId user)
    {
        var session = new LoginSession(Guid.CreateVersion7(), user, new RefreshHashes(new byte[32], new byte[32]), Now, Now.AddDays(30), "192.0.2.77", "Browser/1.0");
        Assert.True(await Store.Accounts.AddSessionAsync(session, null, default));
        return session;
    }

    private async Task<EventId> EventAsync()
    {
        var id = await LiveAsync();
        Assert.Null(await Store.Catalog.AddAsync(new LiveEvent(id, null, "Title", null, "sports", EventStatus.Live, Now, false, null, "UTC", new EventSettings(), Bob.Id, Now, Now), default));
        return id;
    }

    private async Task DecideAsync(DecisionAction action, CommentId? comment, string? reason = null) => Assert.Equal(DecisionStatus.Done, Assert.Single(await Store.Moderation.DecideAsync(
        [new ModeratorDecision(Guid.NewGuid(), comment is { } held ? (await EventOfAsync(held)) : null, Person("mod").Id, Now, action, comment, Ann.Id, Reason: reason)], default)).Status);

    private async Task<EventId> EventOfAsync(CommentId held) => (await Data.HeldAsync(Ann.Id, null, 100, default)).Single(one => one.Draft.Id == held).Event;

    private static async Task<List<T>> AllAsync<T, TKey>(Func<UserId, TKey?, int, CancellationToken, ValueTask<IReadOnlyList<T>>> read, Func<T, TKey> key)
        where TKey : struct
    {
        var all = new List<T>();
        while (await read(Ann.Id, all.Count == 0 ? null : key(all[^1]), 2, default) is { Count: > 0 } page)
        {
            Assert.True(page.Count <= 2, "The page is too long.");
            all.AddRange(page);
        }
        return all;
    }

    /// <summary>What is done to erase somebody's removed comments. How many steps it took.</summary>
    private async Task<int> SweepAsync()
    {
        var steps = 0;
        for (LogPlace? after = default(LogPlace); after is { } place; steps++)
        {
            var sweep = await Logs.SweepAsync(Ann.Id, place, default);
            if (sweep.Found.Count > 0)
                await Data.EraseReportsAsync(sweep.Found, default);
            after = sweep.Next;
        }
        return steps;
    }

    private static async Task<List<T>> SearchAsync<T>(Func<UserId, LogPlace, CancellationToken, ValueTask<LogSearch<T>>> step)
    {
        var all = new List<T>();
        for (LogPlace? after = default(LogPlace); after is { } place;)
        {
            var search = await step(Ann.Id, place, default);
            all.AddRange(search.Found);
            after = search.Next;
        }
        return all;
    }
}
