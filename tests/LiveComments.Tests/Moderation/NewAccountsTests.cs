using LiveComments.Events;
using LiveComments.Moderation;

namespace LiveComments.Tests.Moderation;

public sealed class NewAccountsTests
{
    [Fact]
    public void A_link_of_a_new_account_waits_for_a_moderator_and_nothing_else_of_it_does()
    {
        var minute = TimeSpan.FromMinutes(1);
        Assert.Equal(default, NewAccounts.Weigh(default, "hello everybody", minute));
        Assert.Equal(default, NewAccounts.Weigh(default, "see example.org/page", NewAccounts.Age));
        var weighed = NewAccounts.Weigh(new Score(0.1, ["asks to subscribe"]), "see example.org/page", minute);
        Assert.True(weighed.Value >= Decision.HeldFrom(ModerationLevel.Standard) && weighed.Value < Decision.HeldFrom(ModerationLevel.Relaxed));
        Assert.Equal(2, weighed.Reasons!.Count);
        Assert.Equal(0.9, NewAccounts.Weigh(new Score(0.9), "see example.org/page", minute).Value);
    }
}
