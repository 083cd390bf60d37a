using LiveComments.Events;
using LiveComments.Polls;

namespace LiveComments.Tests.Conformance;

/// <summary>What <see cref="IPollStore"/> promises, whatever stores it.</summary>
public abstract class PollStoreSpec : StoreSpec
{
    private readonly EventId _event = EventId.New(TimeProvider.System);

    private IPollStore Polls => Store.Polls;

    [Fact]
    public async Task A_poll_comes_back_as_it_was_opened_also_after_a_restart()
    {
        var wanted = Wanted("Who wins, \"Red\" or Grün?", ["Red", "Grün 🏆", "a,b"]) with { Results = PollResults.Closed, EndsAt = Now.AddMinutes(2) };
        var opened = Done(await Polls.OpenAsync(wanted, default));
        AssertSame(wanted with { Number = 1 }, opened);
        await Store.ReopenAsync();
        AssertSame(opened, await Polls.FindAsync(_event, opened.Id, default));
        AssertSame(opened, await Polls.LastAsync(_event, default));
        AssertSame(opened, Assert.Single(await Polls.ListAsync(_event, default)));
        Assert.Null(await Polls.FindAsync(EventId.New(Time), opened.Id, default));
        Assert.Null(await Polls.FindAsync(_event, PollId.New(Time), default));
        Assert.Null(await Polls.LastAsync(EventId.New(Time), default));
    }

    [Fact]
    public async Task An_event_has_one_open_poll_and_an_equal_one_is_the_same()
    {
        var opened = await OpenAsync();
        var again = await Polls.OpenAsync(Wanted("Who wins?", ["Red", "Blue"]), default);
        Assert.False(again.IsChanged);
        AssertSame(opened, again.Poll);
        Assert.Equal(Error.PollOpen, (await Polls.OpenAsync(Wanted("Who wins?", ["Blue", "Red"]), default)).Error);
        Assert.Equal(Error.PollOpen, (await Polls.OpenAsync(Wanted("Who loses?", ["Red", "Blue"]), default)).Error);
        // Another event has its own.
        Assert.Equal(1, Done(await Polls.OpenAsync(Wanted("Who wins?", ["Red", "Blue"]) with { Event = EventId.New(Time) }, default)).Number);
        await CloseAsync(opened);
        var next = Done(await Polls.OpenAsync(Wanted("Who wins?", ["Red", "Blue"]), default));
        Assert.Equal(2, next.Number);
        Assert.Equal([opened.Id, next.Id], (await Polls.ListAsync(_event, default)).Select(poll => poll.Id));
        AssertSame(next, await Polls.LastAsync(_event, default));
    }

    [Fact]
    public async Task Of_many_who_open_a_poll_at_once_one_does()
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () => await Polls.OpenAsync(Wanted($"Question {i}?", ["Yes", "No"]), default))));
        Assert.Single(opened, outcome => outcome.IsChanged);
        Assert.All(opened.Where(outcome => !outcome.IsChanged), outcome => Assert.Equal(Error.PollOpen, outcome.Error));
    }

    [Fact]
    public async Task A_vote_counts_once_and_the_last_one_holds()
    {
        var poll = await OpenAsync();
        Assert.Equal([1, 0], await VoteAsync(poll, Ann.Id, 0));
        var version = (await Polls.FindAsync(_event, poll.Id, default))!.Tally.Version;
        Assert.Equal([1, 0], await VoteAsync(poll, Ann.Id, 0));
        Assert.Equal(version, (await Polls.FindAsync(_event, poll.Id, default))!.Tally.Version);
        Assert.Equal([1, 1], await VoteAsync(poll, Bob.Id, 1));
        await Store.ReopenAsync();
        Assert.Equal([0, 2], await VoteAsync(poll, Ann.Id, 1));
        var tally = (await Polls.FindAsync(_event, poll.Id, default))!.Tally;
        Assert.Equal(2, tally.Votes);
        Assert.True(tally.Version > version, "The version grows.");
        Assert.Equal(1, (await Polls.GivenByAsync(_event, Ann.Id, default))[poll.Id]);
        Assert.Empty(await Polls.GivenByAsync(_event, UserId.New(Time), default));
    }

    [Fact]
    public async Task Results_stand_in_order_and_have_the_counts_after_the_whole_batch()
    {
        var poll = await OpenAsync();
        var others = Done(await Polls.OpenAsync(Wanted("Elsewhere?", ["Yes", "No"]) with { Event = EventId.New(Time) }, default));
        var results = await Polls.VoteAsync(_event,
        [
            Vote(poll, Ann.Id, 0), Vote(poll, Bob.Id, 2), new VoteDraft(Ann.Id, new Vote(PollId.New(Time), 0)), Vote(others, Ann.Id, 0), Vote(poll, Ann.Id, 1), Vote(poll, Bob.Id, 1), Vote(poll, Bob.Id, -1),
        ], Now, default);
        Assert.Equal([null, Error.UnknownOption, Error.PollNotFound, Error.PollNotFound, null, null, Error.UnknownOption], results.Select(result => result.Error));
        Assert.All(results.Where(result => result.Error is null), result => Assert.Equal([0, 2], result.Poll!.Tally.Counts!));
        Assert.All(results.Where(result => result.Error is null), result => Assert.Equal((1, 2), (result.Poll!.Tally.Version, result.Poll.Tally.Votes)));
        Assert.Equal([0, 0], (await Polls.FindAsync(others.Event, others.Id, default))!.Tally.Counts!);
    }

    [Fact]
    public async Task Of_votes_that_come_at_once_none_is_lost()
    {
        var poll = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Task.Run(async () => await VoteAsync(poll, UserId.New(TimeProvider.System), i % 3 == 0 ? 0 : 1))));
        Assert.Equal([20, 40], (await Polls.FindAsync(_event, poll.Id, default))!.Tally.Counts!);
    }

    [Fact]
    public async Task A_closed_poll_takes_no_votes_and_its_counts_are_final()
    {
        var poll = await OpenAsync();
        await VoteAsync(poll, Ann.Id, 0);
        Now = Now.AddSeconds(30);
        var closing = Enumerable.Range(0, 20).Select(i => Task.Run(async () => Assert.Single(await Polls.VoteAsync(_event, [Vote(poll, UserId.New(TimeProvider.System), 1)], Now, default)).Error)).ToList();
        var closed = await CloseAsync(poll);
        Assert.Equal((PollStatus.Closed, Now, 2), (closed.Status, closed.ClosedAt, closed.Revision));
        var errors = await Task.WhenAll(closing);
        Assert.All(errors, error => Assert.True(error is null || error == Error.PollClosed, error?.Code));
        Assert.Equal([1, errors.Count(error => error is null)], closed.Tally.Counts!);
        AssertSame(closed, await Polls.FindAsync(_event, poll.Id, default));
        // Also whoever voted before.
        Assert.Equal(Error.PollClosed, Assert.Single(await Polls.VoteAsync(_event, [Vote(poll, Ann.Id, 1)], Now, default)).Error);
        var again = await Polls.ChangeAsync(_event, poll.Id, PollStatus.Closed, Now.AddSeconds(5), default);
        Assert.False(again.IsChanged);
        AssertSame(closed, again.Poll);
        AssertSame(closed, await Polls.LastAsync(_event, default));
    }

    [Fact]
    public async Task After_its_time_a_poll_takes_no_votes_and_is_due_to_be_closed()
    {
        var poll = Done(await Polls.OpenAsync(Wanted("Quick?", ["Yes", "No"]) with { EndsAt = Now.AddSeconds(30) }, default));
        var lasting = Done(await Polls.OpenAsync(Wanted("Slow?", ["Yes", "No"]) with { Event = EventId.New(Time) }, default));
        Assert.Empty(await Polls.DueAsync(Now.AddSeconds(29), 10, default));
        Assert.Null(Assert.Single(await Polls.VoteAsync(_event, [Vote(poll, Ann.Id, 0)], Now.AddSeconds(29), default)).Error);
        Assert.Equal(Error.PollClosed, Assert.Single(await Polls.VoteAsync(_event, [Vote(poll, Bob.Id, 0)], Now.AddSeconds(30), default)).Error);
        Assert.Equal([poll.Id], (await Polls.DueAsync(Now.AddSeconds(30), 10, default)).Select(due => due.Id));
        await CloseAsync(poll);
        Assert.Empty(await Polls.DueAsync(Now.AddSeconds(30), 10, default));

        Assert.Null(await Store.Catalog.AddAsync(new LiveEvent(lasting.Event, null, "Title", null, "sports", EventStatus.Ended, Now, false, null, "UTC", new EventSettings(), Bob.Id, Now, Now), default));
        Assert.Equal([lasting.Id], (await Polls.DueAsync(Now, 10, default)).Select(due => due.Id));
    }

    [Fact]
    public async Task A_poll_that_was_taken_away_is_shown_nowhere_and_its_number_is_not_given_again()
    {
        var poll = await OpenAsync();
        await VoteAsync(poll, Ann.Id, 0);
        var removed = Done(await Polls.ChangeAsync(_event, poll.Id, PollStatus.Removed, Now, default));
        Assert.Equal((PollStatus.Removed, 2), (removed.Status, removed.Revision));
        Assert.Null(await Polls.LastAsync(_event, default));
        Assert.Empty(await Polls.ListAsync(_event, default));
        Assert.Equal(Error.PollNotFound, Assert.Single(await Polls.VoteAsync(_event, [Vote(poll, Ann.Id, 1)], Now, default)).Error);
        Assert.Equal(Error.PollNotFound, (await Polls.ChangeAsync(_event, poll.Id, PollStatus.Closed, Now, default)).Error);
        Assert.False((await Polls.ChangeAsync(_event, poll.Id, PollStatus.Removed, Now, default)).IsChanged);
        Assert.Equal(Error.PollNotFound, (await Polls.ChangeAsync(EventId.New(Time), poll.Id, PollStatus.Removed, Now, default)).Error);
        Assert.Equal(2, Done(await Polls.OpenAsync(Wanted("Who wins?", ["Red", "Blue"]), default)).Number);
    }

    [Fact]
    public async Task What_the_log_does_not_say_is_known_until_it_does()
    {
        var poll = await OpenAsync();
        Assert.Empty(await Polls.UnannouncedAsync(Now, 10, default));
        var later = Now.AddSeconds(5);
        Assert.Equal([poll.Id], (await Polls.UnannouncedAsync(later, 10, default)).Select(one => one.Id));
        Assert.True(await Polls.AnnouncedAsync(poll, default));
        Assert.Empty(await Polls.UnannouncedAsync(later, 10, default));

        var closed = await CloseAsync(poll);
        await Store.ReopenAsync();
        Assert.Equal([2L], (await Polls.UnannouncedAsync(later, 10, default)).Select(one => one.Revision));
        // The former state reached the log late.
        Assert.False(await Polls.AnnouncedAsync(poll, default));
        Assert.True(await Polls.AnnouncedAsync(closed, default));
        Assert.True(await Polls.AnnouncedAsync(closed, default));
        Assert.Empty(await Polls.UnannouncedAsync(later, 10, default));
    }

    [Fact]
    public async Task What_was_deleted_is_gone_and_other_events_stay()
    {
        var poll = await OpenAsync();
        var stays = Done(await Polls.OpenAsync(Wanted("Elsewhere?", ["Yes", "No"]) with { Event = EventId.New(Time) }, default));
        await Polls.VoteAsync(_event, [.. Enumerable.Range(0, 1_500).Select(_ => Vote(poll, UserId.New(TimeProvider.System), 0)), Vote(poll, Ann.Id, 1)], Now, default);
        await Polls.VoteAsync(stays.Event, [Vote(stays, Ann.Id, 1)], Now, default);
        for (var step = 0; !await Polls.DeleteAsync(_event, default); step++)
            Assert.True(step < 100, "Deleting does not come to an end.");
        Assert.Null(await Polls.FindAsync(_event, poll.Id, default));
        Assert.Empty(await Polls.GivenByAsync(_event, Ann.Id, default));
        Assert.Equal(1, (await Polls.GivenByAsync(stays.Event, Ann.Id, default))[stays.Id]);
        Assert.True(await Polls.AnnouncedAsync(poll, default));
        Assert.Equal(-1, (await Store.DumpAsync()).AsSpan().IndexOf("Who wins?"u8));
    }

    private Poll Wanted(string question, string[] options)
    {
        var id = PollId.New(TimeProvider.System);
        return new Poll(id, _event, 0, question, options, PollResults.Live, null, Now, null, PollStatus.Open, 1, PollTally.Empty(id, options.Length));
    }

    private async Task<Poll> OpenAsync() => Done(await Polls.OpenAsync(Wanted("Who wins?", ["Red", "Blue"]), default));

    private async Task<Poll> CloseAsync(Poll poll) => Done(await Polls.ChangeAsync(_event, poll.Id, PollStatus.Closed, Now, default));

    private async Task<IReadOnlyList<int>> VoteAsync(Poll poll, UserId user, int option)
    {
        var result = Assert.Single(await Polls.VoteAsync(_event, [Vote(poll, user, option)], Now, default));
        Assert.Null(result.Error);
        return result.Poll!.Tally.Counts!;
    }

    private static VoteDraft Vote(Poll poll, UserId user, int option) => new(user, new Vote(poll.Id, option));

    private static Poll Done(PollOutcome outcome)
    {
        Assert.Null(outcome.Error);
        Assert.True(outcome.IsChanged, "Nothing was changed.");
        return outcome.Poll!;
    }

    private static void AssertSame(Poll expected, Poll? actual) => Assert.Equivalent(expected, actual, strict: true);
}
