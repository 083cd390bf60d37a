using Akka.TestKit.Xunit2;
using LiveComments.Akka;
using LiveComments.Akka.Messages;
using LiveComments.Reactions;

namespace LiveComments.Tests.Engine;

public sealed class StoreLaneTests : TestKit
{
    private readonly FakeTime _time = new();
    private bool _isOvertaken;

    [Fact]
    public void What_waited_while_another_node_may_have_stored_something_newer_is_not_begun()
    {
        var lane = new StoreLane<ReactionDraft, ReactionResult>(10, 0, static error => new ReactionResult(default, error), _time, () => _isOvertaken);
        lane.Add(Love(1, isRepeat: false), TestActor);
        _isOvertaken = true;
        Assert.Empty(lane.Begin());
        Assert.Equal(Error.Busy, Assert.Single(ExpectMsg<Stored<ReactionResult>>().Results).Error);
        // An earlier try of it may be stored.
        lane.Add(Love(2, isRepeat: true), TestActor);
        Assert.Empty(lane.Begin());
        Assert.Equal(Error.OutcomeUnknown, Assert.Single(ExpectMsg<Stored<ReactionResult>>().Results).Error);
        _isOvertaken = false;
        lane.Add(Love(3, isRepeat: false), TestActor);
        Assert.Single(lane.Begin());
    }

    private static React Love(long number, bool isRepeat) =>
        new(new EventId(Guid.NewGuid()), [new ReactionDraft(new CommentId(Guid.NewGuid()), new UserId(Guid.NewGuid()), ReactionType.Love)], new AskNumber(7, number, 1, isRepeat), TimeSpan.FromSeconds(1));
}
