using LiveComments.Moderation;

namespace LiveComments.Tests.Moderation;

public sealed class ReputationTests
{
    private static readonly UserId Ann = new(Guid.NewGuid()), Mod = new(Guid.NewGuid());

    [Fact]
    public void It_rises_with_what_is_approved_and_falls_with_what_is_taken() =>
        Assert.Equal((50, 54, 45, 70, 20), (Of(), Of(DecisionAction.Approve, DecisionAction.Approve), Of(DecisionAction.Reject), Of(DecisionAction.Trust), Of(DecisionAction.Ban)));

    [Fact]
    public void It_is_from_0_to_100()
    {
        Assert.Equal(0, Of([.. Enumerable.Repeat(DecisionAction.Ban, 10)]));
        Assert.Equal(100, Of([.. Enumerable.Repeat(DecisionAction.Approve, 100)]));
    }

    [Fact]
    public void What_was_taken_back_does_not_count()
    {
        var rejection = Decision(DecisionAction.Reject);
        Assert.Equal(50, Reputation.Of([rejection, Decision(DecisionAction.Undo) with { Undoes = rejection.Id }]));
    }

    private static int Of(params DecisionAction[] actions) => Reputation.Of([.. actions.Select(Decision)]);

    private static ModeratorDecision Decision(DecisionAction action) => new(Guid.NewGuid(), null, Mod, DateTimeOffset.UnixEpoch, action, null, Ann);
}
