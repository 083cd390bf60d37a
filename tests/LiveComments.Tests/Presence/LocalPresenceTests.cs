using LiveComments.Presence;
using LiveComments.Tests.Conformance;

namespace LiveComments.Tests.Presence;

public sealed class LocalPresenceTests : PresenceSpec
{
    private readonly FakeTime _time = new();
    private readonly LocalPresence _presence;

    public LocalPresenceTests() => _presence = new LocalPresence(_time);

    private protected override IPresence Node => _presence;

    [Fact]
    public async Task Whoever_left_five_minutes_ago_is_offline()
    {
        await Node.ReportAsync(Whole((Show, 1, 0, Ada, PresenceState.Online)), default);
        await Node.ReportAsync(Whole(), default);
        _time.Advance(IPresence.AwayFor - TimeSpan.FromSeconds(1));
        Assert.Equal(PresenceState.Away, await Node.OfPersonAsync(Ada, default));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PresenceState.Offline, await Node.OfPersonAsync(Ada, default));
    }
}
