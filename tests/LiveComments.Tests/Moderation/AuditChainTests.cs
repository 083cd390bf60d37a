using LiveComments.Moderation;

namespace LiveComments.Tests.Moderation;

/// <summary>A line of the audit log that was changed, added or taken out does not go unseen.</summary>
public sealed class AuditChainTests
{
    private static readonly ModeratorDecision Decision = new(
        Guid.NewGuid(), new EventId(Guid.NewGuid()), new UserId(Guid.NewGuid()), DateTimeOffset.FromUnixTimeMilliseconds(1_893_456_000_123), DecisionAction.Timeout, null, new UserId(Guid.NewGuid()),
        TimeSpan.FromSeconds(60), "be kind");

    public static TheoryData<ModeratorDecision> Changes =>
    [
        Decision with { Id = Guid.NewGuid() }, Decision with { Event = null }, Decision with { Event = new EventId(Guid.NewGuid()) }, Decision with { By = new UserId(Guid.NewGuid()) },
        Decision with { At = Decision.At.AddMilliseconds(1) }, Decision with { Action = DecisionAction.Ban }, Decision with { Comment = new CommentId(Guid.NewGuid()) },
        Decision with { Comment = new CommentId(Decision.User!.Value.Value), User = null }, Decision with { User = null }, Decision with { Span = TimeSpan.FromSeconds(61) }, Decision with { Span = null },
        Decision with { Reason = "be kinder" }, Decision with { Reason = null }, Decision with { Undoes = Guid.NewGuid() },
    ];

    [Theory]
    [MemberData(nameof(Changes))]
    public void Any_other_decision_is_found(ModeratorDecision changed)
    {
        var line = AuditChain.Next(0, AuditChain.Start, Decision);
        Assert.Null(AuditChain.FaultOf(0, AuditChain.Start, line));
        Assert.NotNull(AuditChain.FaultOf(0, AuditChain.Start, line with { Decision = changed }));
        // Nor does whoever hashes the changed line anew get past the next one.
        var (next, forged) = (AuditChain.Next(1, line.Hash, Decision), AuditChain.Next(0, AuditChain.Start, changed));
        Assert.Null(AuditChain.FaultOf(1, line.Hash, next));
        Assert.NotNull(AuditChain.FaultOf(1, forged.Hash, next));
    }

    [Fact]
    public void A_missing_line_is_found()
    {
        var first = AuditChain.Next(0, AuditChain.Start, Decision);
        var second = AuditChain.Next(1, first.Hash, Decision);
        Assert.Equal("line 1 is missing", AuditChain.FaultOf(0, AuditChain.Start, second));
        Assert.NotNull(AuditChain.FaultOf(0, AuditChain.Start, second with { Seq = 1 }));
    }

    [Fact]
    public void An_erased_reason_is_no_fault_and_a_reason_of_another_digest_is()
    {
        var line = AuditChain.Next(0, AuditChain.Start, Decision);
        Assert.Null(AuditChain.FaultOf(0, AuditChain.Start, line with { Salt = null, Decision = Decision with { Reason = null } }));
        Assert.NotNull(AuditChain.FaultOf(0, AuditChain.Start, line with { Digest = new byte[32] }));
    }
}
