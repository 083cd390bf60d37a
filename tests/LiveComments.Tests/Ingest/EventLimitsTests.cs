using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Ingest;
using LiveComments.Log;

namespace LiveComments.Tests.Ingest;

/// <summary>What one event allows each viewer, where everything of the event passes.</summary>
public sealed class EventLimitsTests
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(30);

    private readonly FakeTime _time = new();
    private readonly EventLimits _limits;
    private int _number;

    public EventLimitsTests() => _limits = new EventLimits(_time);

    [Fact]
    public void Slow_mode_is_one_comment_in_its_time_and_the_same_comment_again()
    {
        var ann = Somebody();
        Place(Draft(ann, "a"));
        Repeat(Draft(ann, "a"));
        Assert.Equal(Slow, Wait(Draft(ann, "b")));
        Assert.NotNull(Wait(Draft(ann)));
        Place(Draft(Somebody()));
        _time.Advance(Slow);
        Place(Draft(ann));
        // Without a key nothing can be told to be the same.
        Assert.NotNull(Wait(Draft(ann)));
        Assert.NotNull(Wait(Draft(ann, "a")));
    }

    [Fact]
    public void A_comment_that_is_asked_for_again_because_its_answer_was_lost_shares_the_turn_of_the_first_try()
    {
        var draft = Draft(Somebody());
        var first = _limits.Admit([draft]);
        Assert.Same(draft, Assert.Single(_limits.Admit([draft])));
        _limits.Settle(first, null, Error.StoreUnavailable);
        Assert.NotNull(Wait(Draft(draft.Author.Id)));
    }

    [Fact]
    public void The_same_long_text_of_many_accounts_is_one_wave_and_a_cheer_is_none()
    {
        const string advert = "Get rich quick with my free course, visit my channel right now";
        for (var i = 0; i < 2 * EventLimits.WaveCopies; i++)
        {
            // What the store did not take is no part of it.
            var failed = Draft(Somebody(), text: advert);
            _limits.Settle(_limits.Admit([failed]), null, Error.StoreUnavailable);
        }
        for (var i = 0; i < EventLimits.WaveCopies; i++)
            Place(Draft(Somebody(), text: i % 2 == 0 ? advert : advert.ToUpperInvariant()));
        Assert.Equal(Error.RepeatedText, Refusal(Draft(Somebody(), text: "G3t rich quick with my free c0urse, visit my channel right now"))?.Error);
        Place(Draft(Somebody(), text: "What a different and long text this is, which nobody has written"));
        for (var i = 0; i < 3 * EventLimits.WaveCopies; i++)
            Place(Draft(Somebody(), text: "GOAL GOAL GOAL"));
        _time.Advance(EventLimits.WaveEvery);
        Place(Draft(Somebody(), text: advert));
        Assert.Equal(Error.RepeatedText, Refusal(Draft(Somebody(), text: advert))?.Error);
    }

    [Fact]
    public void Where_each_text_is_taken_once_one_that_was_not_placed_may_be_written_again()
    {
        CommentDraft Once(string text) => Draft(Somebody(), text: text) with { IsOnce = true };
        Place(Once("hello"));
        Assert.Equal(Error.RoomMode, ((CommentDraft)_limits.Admit([Once("HELLO!")])[0]).Refusal?.Error);
        var failed = Once("again");
        _limits.Settle(_limits.Admit([failed]), [new AppendResult.Refused(Error.EventNotLive)], null);
        Place(Once("again"));
        for (var i = 0; i < EventLimits.SaidRemembered; i++)
            _limits.RecollectSaid(CommentId.New(_time), $"number {i}");
        Place(Once("hello"));
    }

    [Fact]
    public void Who_is_not_limited_takes_no_turn()
    {
        var ann = Somebody();
        for (var i = 0; i < 10; i++)
            Place(Draft(ann, text: "same") with { Pace = null });
        Place(Draft(ann));
    }

    [Fact]
    public void Nobody_waits_for_a_slow_mode_that_was_changed()
    {
        var ann = Somebody();
        Place(Draft(ann) with { Pace = TimeSpan.FromHours(1) });
        Assert.NotNull(Wait(Draft(ann) with { Pace = TimeSpan.FromHours(1) }));
        Place(Draft(ann) with { Pace = TimeSpan.FromSeconds(5) });
        Assert.Equal(TimeSpan.FromSeconds(5), Wait(Draft(ann) with { Pace = TimeSpan.FromSeconds(5) }));
        Place(Draft(ann) with { Pace = TimeSpan.Zero });
    }

    [Fact]
    public void A_turn_that_comes_to_nothing_is_given_back_unless_another_try_of_it_was_or_may_be_placed()
    {
        var ann = Somebody();
        foreach (var error in new[] { Error.Busy, Error.StoreUnavailable, Error.ParentRemoved, Error.EventNotLive })
            Refuse(_limits.Admit([Draft(ann, "a")]), error);
        // Tried twice at once.
        var (one, two) = (_limits.Admit([Draft(ann, "a")]), _limits.Admit([Draft(ann, "a")]));
        Refuse(one, Error.Busy);
        Assert.NotNull(Wait(Draft(ann, "b")));
        Refuse(two, Error.Busy);
        (one, two) = (_limits.Admit([Draft(ann, "b")]), _limits.Admit([Draft(ann, "b")]));
        Settle(one, Placed());
        Refuse(two, Error.Busy);
        Assert.NotNull(Wait(Draft(ann, "c")));
        _time.Advance(Slow);
        // What was placed long ago takes no turn when it is asked for again.
        Repeat(Draft(ann, "b"));
        _limits.Settle(_limits.Admit([Draft(ann, "d")]), null, Error.OutcomeUnknown);
        Refuse(_limits.Admit([Draft(ann, "d")]), Error.Busy);
        Assert.NotNull(Wait(Draft(ann, "e")));
    }

    [Fact]
    public void The_same_text_is_placed_three_times_and_then_once_in_ten_seconds()
    {
        var ann = Somebody();
        for (var i = 0; i < EventLimits.Repeats; i++)
            Place(Quick(ann, "GOAL"));
        Assert.Equal((Error.RepeatedText, EventLimits.RepeatEvery), Refusal(Quick(ann, "GOAL")));
        // Another text, and the same text of others: a wave is no flood.
        Place(Quick(ann, "GOAL!"));
        for (var i = 0; i < 20; i++)
            Place(Quick(Somebody(), "GOAL"));
        _time.Advance(EventLimits.RepeatEvery);
        Place(Quick(ann, "GOAL"));
        Assert.NotNull(Refusal(Quick(ann, "GOAL")));
    }

    [Fact]
    public void A_text_that_was_not_placed_does_not_count_and_takes_no_turn()
    {
        var ann = Somebody();
        for (var i = 0; i < 10; i++)
        {
            Refuse(_limits.Admit([Quick(ann, "GOAL")]), Error.StoreUnavailable);
            Repeat(Quick(ann, "GOAL"));
        }
        for (var i = 0; i < EventLimits.Repeats; i++)
            Place(Quick(ann, "GOAL"));
        // Slow mode begins, and what is refused for its text leaves the turn to another.
        Assert.Equal(Error.RepeatedText, Refusal(Draft(ann, text: "GOAL"))?.Error);
        Place(Draft(ann));
    }

    [Fact]
    public void What_was_refused_before_it_came_here_takes_nothing()
    {
        var ann = Somebody();
        var refused = Draft(ann) with { Refusal = new Refusal(Error.TextRefused) };
        Assert.Same(refused, Assert.Single(_limits.Admit([refused])));
        Place(Draft(ann));
    }

    [Fact]
    public void A_held_comment_takes_the_turn_once_and_who_is_throttled_is_told_so()
    {
        var (ann, bob) = (Somebody(), Somebody());
        var held = Draft(ann, key: "k") with { Hold = new Hold(0.5, []) };
        Settle(_limits.Admit([held]), new AppendResult.Held(held.Id, default));
        Settle(_limits.Admit([held]), new AppendResult.Held(held.Id, default, IsRepeated: true));
        Assert.Equal(Slow, Wait(Draft(ann)));
        var refused = Draft(bob) with { Hold = new Hold(0.5, []), IsThrottled = true };
        Settle(_limits.Admit([refused]), new AppendResult.Refused(Error.StoreUnavailable));
        Place(Draft(bob) with { IsThrottled = true });
        Assert.Equal((Error.Throttled, Slow), Refusal(Draft(bob) with { IsThrottled = true }));
    }

    [Fact]
    public void What_is_recollected_counts_from_when_it_was_placed()
    {
        var (ann, bob, moderator) = (Somebody(), Somebody(), Somebody());
        _limits.Recollect(Written(ann, 40), Slow);
        _limits.Recollect(Written(bob, 20), Slow);
        _limits.Recollect(Written(moderator, 0, Role.Moderator), Slow);
        Place(Draft(ann));
        Place(Draft(moderator));
        Assert.Equal(TimeSpan.FromSeconds(10), Wait(Draft(bob)));
        // A clock that went back makes nobody wait longer than a turn.
        var cat = Somebody();
        _limits.Recollect(Written(cat, -100), Slow);
        Assert.Equal(Slow, Wait(Draft(cat)));
        var dan = Somebody();
        foreach (var age in new[] { 25, 8, 4, 2 })
            _limits.Recollect(Written(dan, age, text: "GOAL"), TimeSpan.Zero);
        Assert.Equal(Error.RepeatedText, Refusal(Quick(dan, "GOAL"))?.Error);
    }

    [Fact]
    public void However_viewers_write_the_limits_hold()
    {
        var random = new Random(1);
        var people = Enumerable.Range(0, 3_000).Select(_ => Somebody()).ToArray();
        var last = new Dictionary<UserId, long>();
        for (var i = 0; i < 20_000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(random.Next(20)));
            var who = people[random.Next(people.Length)];
            var waits = last.TryGetValue(who, out var at) && _time.GetElapsedTime(at) < Slow;
            if (Refusal(Draft(who), settle: false) is { } refusal)
            {
                Assert.True(waits);
                Assert.Equal((Error.SlowMode, Slow - _time.GetElapsedTime(at)), refusal);
                continue;
            }
            Assert.False(waits);
            last[who] = _time.GetTimestamp();
        }
        Assert.True(last.Count > 2_500);
    }

    private static UserId Somebody() => new(Guid.NewGuid());

    /// <summary>A comment in slow mode, with a text of its own.</summary>
    private CommentDraft Draft(UserId by, string? key = null, string? text = null) => new(
        new CommentId(Guid.CreateVersion7()), new Author(by, "ann", "Ann", null, Role.Viewer), text ?? $"{_number++}", null, [], null, key is null ? null : new IdempotencyKey(key, 0), Pace: Slow);

    /// <summary>A comment where there is no slow mode.</summary>
    private CommentDraft Quick(UserId by, string text) => Draft(by, text: text) with { Pace = TimeSpan.Zero };

    private static WrittenComment Written(UserId by, int age, Role role = Role.Viewer, string text = "hello") =>
        new(new CommentId(Guid.CreateVersion7()), new Author(by, "ann", "Ann", null, role), text, TimeSpan.FromSeconds(age));

    private static CommentEntry Entry(UserId by, Role role = Role.Viewer, string text = "hello") =>
        new(1, new Comment(new CommentId(Guid.CreateVersion7()), new Author(by, "ann", "Ann", null, role), text, default, default, null, 0, [], default));

    private static AppendResult.Appended Placed() => new(Entry(Somebody()), 1);

    private void Place(CommentDraft draft) => Settle(_limits.Admit([draft]), Placed());

    private void Repeat(CommentDraft draft) => Settle(_limits.Admit([draft]), new AppendResult.Repeated(draft.Id, default, default));

    private void Refuse(IReadOnlyList<EntryDraft> admitted, Error error) => Settle(admitted, new AppendResult.Refused(error));

    private void Settle(IReadOnlyList<EntryDraft> admitted, AppendResult result)
    {
        Assert.Null(((CommentDraft)Assert.Single(admitted)).Refusal);
        _limits.Settle(admitted, [result], null);
    }

    /// <summary>How long slow mode makes a comment wait; null when it does not.</summary>
    private TimeSpan? Wait(CommentDraft draft)
    {
        if (Refusal(draft) is not { } refusal)
            return null;
        Assert.Equal(Error.SlowMode, refusal.Error);
        return refusal.RetryAfter;
    }

    /// <summary>Why a comment is refused, and for how long.</summary>
    /// <param name="settle">When it is not refused, gives back what it took; otherwise it is placed.</param>
    private (Error Error, TimeSpan RetryAfter)? Refusal(CommentDraft draft, bool settle = true)
    {
        var admitted = _limits.Admit([draft]);
        if (((CommentDraft)Assert.Single(admitted)).Refusal is { } refusal)
            return (refusal.Error, refusal.RetryAfter!.Value);
        _limits.Settle(admitted, [settle ? new AppendResult.Refused(Error.Busy) : Placed()], null);
        return null;
    }
}
