using System.Reflection;
using LiveComments.Tests.Sqlite;
using Xunit.Sdk;

namespace LiveComments.Tests.Conformance;

/// <summary>Tests of the suites: a store that breaks one promise must fail the test that is there for it.</summary>
public sealed class BrokenStoreTests
{
    public static TheoryData<string, string> Promises => new()
    {
        { nameof(LeavesAGap), nameof(EventLogSpec.Seqs_are_consecutive_from_one_and_positions_carry_the_logs_epoch) },
        { nameof(GivesOneSeqTwice), nameof(EventLogSpec.Parallel_appends_to_one_event_get_every_seq_once_and_each_batch_stays_together) },
        { nameof(LetsOthersIntoABatch), nameof(EventLogSpec.Parallel_appends_to_one_event_get_every_seq_once_and_each_batch_stays_together) },
        { nameof(LetsLaterCallsPass), nameof(EventLogSpec.Appends_that_are_under_way_together_are_placed_in_the_order_of_their_calls) },
        { nameof(LetsTimeGoBack), nameof(EventLogSpec.Time_never_goes_back_along_the_log_whatever_the_clock_does) },
        { nameof(ForgetsKeys), nameof(EventLogSpec.A_hundred_parallel_tries_with_one_key_give_one_comment) },
        { nameof(ForgetsKeys), nameof(EventLogSpec.The_same_key_twice_in_one_batch_gives_one_comment) },
        { nameof(ForgetsKeysWhenClosed), nameof(EventLogSpec.The_same_key_gives_the_first_comment_whatever_happened_since) },
        { nameof(TakesAnyBodyForAKey), nameof(EventLogSpec.The_same_key_with_another_fingerprint_is_refused_and_stores_nothing) },
        { nameof(SharesKeysBetweenUsers), nameof(EventLogSpec.Another_users_key_and_another_events_key_mean_nothing) },
        { nameof(UsesAKeyUpForARefusal), nameof(EventLogSpec.A_refusal_does_not_use_the_key_up) },
        { nameof(TakesCommentsAfterTheEnd), nameof(EventLogSpec.After_the_end_no_comment_is_placed_and_a_retry_still_hears_of_its_own) },
        { nameof(AcknowledgesBeforeItStores), nameof(EventLogSpec.Everything_is_there_after_closing_and_opening_again_in_the_same_epoch) },
        { nameof(NestsThreads), nameof(EventLogSpec.A_reply_belongs_to_the_first_comment_of_its_thread_and_is_counted_there) },
        { nameof(TakesRepliesToRemovedComments), nameof(EventLogSpec.A_reply_needs_a_parent_that_is_in_the_event_and_was_not_removed) },
        { nameof(ShowsRemovedTexts), nameof(EventLogSpec.A_removed_comment_stands_as_its_removal_in_its_own_place_and_its_text_is_on_no_path) },
        { nameof(FindsRemovedComments), nameof(EventLogSpec.A_removed_comment_stands_as_its_removal_in_its_own_place_and_its_text_is_on_no_path) },
        { nameof(RemovesTwice), nameof(EventLogSpec.Removing_again_changes_nothing_and_gives_the_first_removal) },
        { nameof(PinsTwice), nameof(EventLogSpec.Pinning_what_is_pinned_changes_nothing) },
        { nameof(PinsRemovedComments), nameof(EventLogSpec.Only_a_comment_of_the_event_that_was_not_removed_is_pinned) },
        { nameof(ForgetsThePinWhenOpened), nameof(EventLogSpec.A_pin_is_an_entry_that_carries_its_comment_and_the_head_of_the_log_tells_the_last_one) },
        { nameof(LeavesTheRemovalWhereItRestores), nameof(EventLogSpec.A_restored_comment_is_back_in_its_place_on_every_path) },
        { nameof(RestoresWhatItsAuthorRemoved), nameof(EventLogSpec.What_its_author_removed_or_nobody_removed_is_not_restored) },
        { nameof(KeepsRemovedCommentsPinned), nameof(EventLogSpec.A_removed_comment_is_pinned_nowhere) },
        { nameof(ShowsTextsThatWerePinned), nameof(EventLogSpec.A_removed_comment_is_pinned_nowhere) },
        { nameof(KeepsRemovedCommentsOnStage), nameof(EventLogSpec.A_removed_comment_leaves_the_stage_and_its_card_and_does_not_come_back_to_the_stage_when_it_is_restored) },
        { nameof(ForgetsTheStageWhenOpened), nameof(EventLogSpec.A_comment_on_stage_is_a_card_that_carries_it_and_the_head_of_the_log_tells_the_last_one) },
        { nameof(ForgetsAnswers), nameof(EventLogSpec.A_question_is_one_on_every_path_and_says_whether_it_was_answered) },
        { nameof(MarksAnyComment), nameof(EventLogSpec.Only_a_question_of_the_event_that_was_not_removed_is_marked) },
        { nameof(ListsRemovedQuestions), nameof(CommentQueriesSpec.The_questions_of_an_event_are_listed_newest_first_with_their_votes_and_without_removed_ones) },
        { nameof(ReplaysRemovedStages), nameof(ReplayQueriesSpec.What_was_on_stage_is_known_by_time_without_what_was_removed) },
        { nameof(LetsAnybodyRemove), nameof(EventLogSpec.Only_its_author_or_a_moderator_removes_a_comment) },
        { nameof(CountsRemovedReplies), nameof(EventLogSpec.A_removed_reply_is_no_longer_counted_and_the_replies_of_a_removed_comment_stay) },
        { nameof(ChangesTheEpochWhenOpened), nameof(EventLogSpec.Everything_is_there_after_closing_and_opening_again_in_the_same_epoch) },
        { nameof(KeepsTheEpochOfADeletedLog), nameof(EventLogSpec.A_deleted_log_is_gone_from_every_path_at_once_and_other_logs_stay) },
        { nameof(LeavesSinceOut), nameof(CommentQueriesSpec.Since_is_inclusive_and_finer_than_a_millisecond) },
        { nameof(LeavesSinceOut), nameof(CommentQueriesSpec.A_thousand_comments_of_one_millisecond_are_found_by_since_without_loss) },
        { nameof(SaysCompleteTooSoon), nameof(CommentQueriesSpec.A_page_says_up_to_where_it_is_complete) },
        { nameof(SaysCompleteTooSoon), nameof(CommentQueriesSpec.A_thousand_comments_of_one_millisecond_are_paged_by_position_without_loss) },
        { nameof(ListsOldestFirst), nameof(CommentQueriesSpec.What_somebody_wrote_is_listed_over_all_events_newest_first) },
        { nameof(ForgetsRemovedFirsts), nameof(CommentQueriesSpec.The_first_comment_of_each_person_in_an_event_is_known_also_when_it_was_removed) },
        { nameof(BreaksTiesByTheNewest), nameof(CommentQueriesSpec.The_most_popular_come_first_and_ties_by_position) },
        { nameof(CountsARetryTwice), nameof(ReactionStoreSpec.A_retry_counts_once_and_leaves_the_version_alone) },
        { nameof(KeepsTheFormerReaction), nameof(ReactionStoreSpec.Another_type_replaces_the_first) },
        { nameof(LosesAChangedReaction), nameof(ReactionStoreSpec.Another_type_replaces_the_first) },
        { nameof(RaisesTheVersionForNothing), nameof(ReactionStoreSpec.A_retry_counts_once_and_leaves_the_version_alone) },
        { nameof(StartsVersionsAnewWhenOpened), nameof(ReactionStoreSpec.The_version_grows_with_every_change) },
        { nameof(TakesReactionsToAnything), nameof(ReactionStoreSpec.Unknown_and_removed_comments_and_those_of_other_events_take_none) },
        { nameof(TellsWhatWasTakenBack), nameof(ReactionStoreSpec.What_one_person_gave_is_known_for_any_number_of_comments_at_once) },
        { nameof(TellsWhatSomebodyGave), nameof(ReactionStoreSpec.What_one_person_gave_is_known_for_any_number_of_comments_at_once) },
        { nameof(AppliesTheLastFirst), nameof(ReactionStoreSpec.Results_stand_in_order_and_carry_the_counts_after_the_whole_batch) },
        { nameof(TellsChangesByTheirComments), nameof(ReactionStoreSpec.Changes_are_told_in_their_order_each_comment_with_its_latest_counts) },
        { nameof(SharesPositionsBetweenFollowers), nameof(FollowerStoreSpec.Followers_do_not_know_of_each_other) },
        { nameof(ForgetsPositions), nameof(FollowerStoreSpec.An_event_is_behind_until_its_end_is_kept_and_again_with_its_next_entry) },
        { nameof(SeesNoChangedTallies), nameof(FollowerStoreSpec.A_changed_tally_is_something_new) },
        { nameof(SeesNoDeletedLogs), nameof(FollowerStoreSpec.A_log_that_is_gone_is_behind_until_it_is_forgotten) },
        { nameof(TakesOneEpochForAnother), nameof(FollowerStoreSpec.A_log_of_another_epoch_is_behind_however_far_the_follower_had_come) },
        { nameof(BeginsEveryPageAtTheFirst), nameof(FollowerStoreSpec.Events_come_by_id_and_in_pages_that_leave_none_out) },
        { nameof(LosesWhatStandsOnABoundary), nameof(ReplayQueriesSpec.Spans_of_time_hold_every_comment_once_and_in_order_but_removed_ones) },
        { nameof(EndsAfterOnePage), nameof(ReplayQueriesSpec.Spans_of_time_hold_every_comment_once_and_in_order_but_removed_ones) },
        { nameof(ShowsTodaysCounts), nameof(ReplayQueriesSpec.Counts_of_reactions_are_as_they_were_second_for_second) },
        { nameof(CountsBeforeTheComment), nameof(ReplayQueriesSpec.Counts_stand_in_no_earlier_span_than_their_comment) },
        { nameof(KeepsCountsOfRemovedComments), nameof(ReplayQueriesSpec.The_counts_of_removed_comments_are_in_no_span) },
        { nameof(CountsEveryIntervalOneLate), nameof(ReplayQueriesSpec.Activity_counts_comments_and_reactions_of_each_interval) },
        { nameof(CountsWhatIsNoComment), nameof(ReplayQueriesSpec.Activity_counts_comments_and_reactions_of_each_interval) },
        { nameof(RemembersDeletedEvents), nameof(ReplayQueriesSpec.A_deleted_event_leaves_nothing_to_the_next_one) },
    };

    [Theory]
    [MemberData(nameof(Promises))]
    public async Task A_store_that_breaks_one_promise_fails_its_suite(string broken, string test)
    {
        StoreSpec[] suites = [new Log(broken), new Queries(broken), new Reactions(broken), new Replays(broken), new Followed(broken)];
        var suite = Assert.Single(suites, suite => suite.GetType().GetMethod(test) is not null);
        var fact = suite.GetType().GetMethod(test)!;
        Assert.NotNull(fact.GetCustomAttribute<FactAttribute>());
        await suite.InitializeAsync();
        try
        {
            // Not any exception: the test must say what is wrong.
            await Assert.ThrowsAnyAsync<XunitException>(() => (Task)fact.Invoke(suite, [])!);
        }
        finally
        {
            await suite.DisposeAsync();
        }
    }

    [Fact]
    public void Every_broken_store_is_tried() =>
        Assert.Empty(typeof(BrokenStore).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(BrokenStore)) && !type.IsNested).Select(type => type.Name)
            .Except(Promises.Select(row => (string)row[0])));

    private static StoreUnderTest Break(string broken, FakeTime time) =>
        (StoreUnderTest)Activator.CreateInstance(typeof(BrokenStore).Assembly.GetType($"{typeof(BrokenStore).Namespace}.{broken}", throwOnError: true)!, new SqliteStore(time))!;

    private sealed class Log(string broken) : EventLogSpec
    {
        private protected override Task<StoreUnderTest> CreateAsync(FakeTime time) => Task.FromResult(Break(broken, time));
    }

    private sealed class Queries(string broken) : CommentQueriesSpec
    {
        private protected override Task<StoreUnderTest> CreateAsync(FakeTime time) => Task.FromResult(Break(broken, time));
    }

    private sealed class Reactions(string broken) : ReactionStoreSpec
    {
        private protected override Task<StoreUnderTest> CreateAsync(FakeTime time) => Task.FromResult(Break(broken, time));
    }

    private sealed class Followed(string broken) : FollowerStoreSpec
    {
        private protected override Task<StoreUnderTest> CreateAsync(FakeTime time) => Task.FromResult(Break(broken, time));
    }

    private sealed class Replays(string broken) : ReplayQueriesSpec
    {
        private protected override Task<StoreUnderTest> CreateAsync(FakeTime time) => Task.FromResult(Break(broken, time));
    }
}
