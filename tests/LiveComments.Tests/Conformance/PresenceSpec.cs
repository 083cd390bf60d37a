using LiveComments.Presence;

namespace LiveComments.Tests.Conformance;

/// <summary>What every <see cref="IPresence"/> promises to one node.</summary>
public abstract class PresenceSpec
{
    private protected static readonly EventId Show = new(Guid.NewGuid()), Other = new(Guid.NewGuid());

    private protected static readonly UserId Ada = new(Guid.NewGuid()), Ben = new(Guid.NewGuid());

    private protected abstract IPresence Node { get; }

    [Fact]
    public async Task Nobody_is_anywhere_before_a_node_says_so()
    {
        Assert.Equal((0, 0, 0), Counts(await Node.OfEventAsync(Show, default)));
        Assert.Equal(PresenceState.Offline, await Node.OfPersonAsync(Ada, default));
    }

    [Fact]
    public async Task What_changed_is_said_and_the_rest_stays()
    {
        Assert.True(await Node.ReportAsync(Whole((Show, 2, 1, Ada, PresenceState.Online)), default));
        Assert.True(await Node.ReportAsync(Changes((Other, 1, 0, Ben, PresenceState.Online)), default));
        Assert.Equal((2, 1, 1), Counts(await Node.OfEventAsync(Show, default)));
        Assert.Equal(new PersonHere(Ben, PresenceState.Online), Assert.Single((await Node.OfEventAsync(Other, default)).People));
        Assert.Equal(PresenceState.Online, await Node.OfPersonAsync(Ada, default));
        Assert.True(await Node.ReportAsync(Changes((Show, 0, 1, Ada, PresenceState.Away)), default));
        Assert.Equal((0, 1, 1), Counts(await Node.OfEventAsync(Show, default)));
        Assert.Equal(PresenceState.Away, await Node.OfPersonAsync(Ada, default));
    }

    [Fact]
    public async Task Whoever_has_left_is_away_and_the_event_is_empty()
    {
        await Node.ReportAsync(Whole((Show, 1, 0, Ada, PresenceState.Online)), default);
        await Node.ReportAsync(new PresenceReport(false, new Dictionary<EventId, EventPresence> { [Show] = EventPresence.None }, new Dictionary<UserId, PresenceState> { [Ada] = PresenceState.Offline }, []), default);
        Assert.Equal((0, 0, 0), Counts(await Node.OfEventAsync(Show, default)));
        Assert.Equal(PresenceState.Away, await Node.OfPersonAsync(Ada, default));
        Assert.Equal(PresenceState.Offline, await Node.OfPersonAsync(Ben, default));
    }

    [Fact]
    public async Task A_whole_report_takes_the_place_of_all_before()
    {
        await Node.ReportAsync(Whole((Show, 1, 0, Ada, PresenceState.Online)), default);
        await Node.ReportAsync(Whole((Other, 1, 0, Ben, PresenceState.Online)), default);
        Assert.Equal((0, 0, 0), Counts(await Node.OfEventAsync(Show, default)));
        Assert.Equal((1, 0, 1), Counts(await Node.OfEventAsync(Other, default)));
        Assert.Equal(PresenceState.Away, await Node.OfPersonAsync(Ada, default));
        Assert.Equal(PresenceState.Online, await Node.OfPersonAsync(Ben, default));
    }

    private protected static PresenceReport Whole(params (EventId Event, int Online, int Away, UserId User, PresenceState State)[] seen) => Changes(seen) with { IsWhole = true };

    private protected static PresenceReport Changes(params (EventId Event, int Online, int Away, UserId User, PresenceState State)[] seen) => new(
        false,
        seen.ToDictionary(one => one.Event, one => new EventPresence(one.Online, one.Away, [new PersonHere(one.User, one.State)])),
        seen.ToDictionary(one => one.User, one => one.State),
        [.. seen.Select(one => (one.Event, one.User))]);

    private protected static (int Online, int Away, int People) Counts(EventPresence here) => (here.Online, here.Away, here.People.Count);
}
