using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Moderation;

namespace LiveComments.Tests.Moderation;

public sealed class DecisionTests
{
    public static TheoryData<ModerationLevel> Judging => [ModerationLevel.Relaxed, ModerationLevel.Standard, ModerationLevel.Strict];

    [Theory]
    [MemberData(nameof(Judging))]
    public void A_score_is_admitted_then_held_then_refused(ModerationLevel level)
    {
        Assert.Equal(Verdict.Admit, Decision.Of(new Score(Math.BitDecrement(Decision.HeldFrom(level))), level, Role.Viewer));
        Assert.Equal(Verdict.Hold, Decision.Of(new Score(Decision.HeldFrom(level)), level, Role.Viewer));
        Assert.Equal(Verdict.Hold, Decision.Of(new Score(Math.BitDecrement(Decision.RefusedFrom(level))), level, Role.Viewer));
        Assert.Equal(Verdict.Refuse, Decision.Of(new Score(Decision.RefusedFrom(level)), level, Role.Viewer));
    }

    [Theory]
    [MemberData(nameof(Judging))]
    public void Moderators_are_not_judged(ModerationLevel level) => Assert.Equal(Verdict.Admit, Decision.Of(new Score(1), level, Role.Moderator));

    [Fact]
    public void Nothing_is_judged_where_it_is_off() => Assert.Equal(Verdict.Admit, Decision.Of(new Score(1), ModerationLevel.Off, Role.Viewer));

    [Fact]
    public void A_stricter_level_holds_and_refuses_from_a_lower_score()
    {
        Assert.True(Decision.HeldFrom(ModerationLevel.Strict) < Decision.HeldFrom(ModerationLevel.Standard));
        Assert.True(Decision.HeldFrom(ModerationLevel.Standard) < Decision.HeldFrom(ModerationLevel.Relaxed));
        Assert.True(Decision.RefusedFrom(ModerationLevel.Strict) < Decision.RefusedFrom(ModerationLevel.Standard));
        Assert.True(Decision.RefusedFrom(ModerationLevel.Standard) < Decision.RefusedFrom(ModerationLevel.Relaxed));
    }
}
