namespace LiveComments.Tests.EndToEnd.Crash;

/// <summary>Every kind of damage is planted once: an audit that misses one proves nothing.</summary>
public sealed class CrashAuditTests
{
    private static readonly Guid First = Guid.NewGuid(), Second = Guid.NewGuid(), Gone = Guid.NewGuid();

    private static readonly StoredComment[] Stored =
    [
        new(First, 2, "one", new Dictionary<string, int> { ["likes"] = 1 }),
        new(Second, 3, "two", new Dictionary<string, int>()),
    ];

    private static readonly SeenEntry[] Seen =
    [
        new(1, Guid.Empty, null, null), new(2, First, "one", null), new(3, Second, "two", null), new(4, Gone, "three", null), new(5, Gone, null, null), new(6, Guid.Empty, null, 7),
    ];

    [Fact]
    public void What_was_promised_and_is_there_is_clean()
    {
        var audit = new CrashAudit(Ledger(Seen), Stored);
        Assert.True(audit.IsClean, audit.Findings);
    }

    [Fact]
    public void A_comment_that_is_not_there_is_lost() => Assert.NotEqual(0, new CrashAudit(Ledger(Seen), Stored[..1]).Lost);

    [Fact]
    public void A_removed_comment_that_is_there_is_lost() =>
        Assert.Equal(1, new CrashAudit(Ledger(Seen), [.. Stored, new StoredComment(Gone, 4, "three", new Dictionary<string, int>())]).Lost);

    [Fact]
    public void A_reaction_that_is_not_there_or_is_another_is_lost()
    {
        Assert.Equal(1, new CrashAudit(Ledger(Seen), [Stored[0] with { Reactions = new Dictionary<string, int>() }, Stored[1]]).Lost);
        Assert.Equal(1, new CrashAudit(Ledger(Seen), [Stored[0] with { Reactions = new Dictionary<string, int> { ["likes"] = 1, ["loves"] = 1 } }, Stored[1]]).Lost);
    }

    [Fact]
    public void A_setting_or_removal_that_nobody_was_shown_is_lost()
    {
        Assert.Equal(1, new CrashAudit(Ledger([.. Seen[..5], Seen[0] with { Seq = 6 }]), Stored).Lost);
        Assert.Equal(1, new CrashAudit(Ledger([.. Seen[..4], Seen[0] with { Seq = 5 }, Seen[5]]), Stored).Lost);
    }

    [Fact]
    public void An_entry_that_was_shown_and_is_no_more_is_lost() =>
        Assert.Equal(1, new CrashAudit(Ledger([.. Seen, new SeenEntry(7, Guid.NewGuid(), "four", null)]), Stored).Lost);

    [Fact]
    public void One_text_under_two_ids_and_one_entry_shown_twice_are_duplicated()
    {
        Assert.Equal(1, new CrashAudit(Ledger(Seen), [.. Stored, new StoredComment(Guid.NewGuid(), 7, "two", new Dictionary<string, int>())]).Duplicated);
        Assert.Equal(1, new CrashAudit(Ledger([.. Seen, Seen[5]]), Stored).Duplicated);
    }

    [Fact]
    public void Another_place_than_promised_and_a_page_that_does_not_ascend_are_out_of_order()
    {
        Assert.NotEqual(0, new CrashAudit(Ledger(Seen), [Stored[0], Stored[1] with { Seq = 9 }]).OutOfOrder);
        Assert.Equal(1, new CrashAudit(Ledger(Seen), [Stored[1], Stored[0]]).OutOfOrder);
    }

    [Fact]
    public void A_comment_placed_before_what_its_author_wrote_earlier_is_out_of_order()
    {
        var ledger = Ledger(Seen);
        ledger.Acked(new AckedComment("zero", Guid.NewGuid(), 1, "a", Ordered: true));
        Assert.NotEqual(0, new CrashAudit(ledger, Stored).OutOfOrder);
    }

    [Fact]
    public void A_seq_nobody_was_shown_is_a_gap()
    {
        Assert.Equal(1, new CrashAudit(Ledger([.. Seen[1..]]), Stored).Gaps);
        var ledger = Ledger(Seen);
        ledger.Acked(new AckedComment("end", Guid.NewGuid(), 8, "b", Ordered: true));
        Assert.Equal(2, new CrashAudit(ledger, Stored).Gaps);
    }

    private static CrashLedger Ledger(IEnumerable<SeenEntry> seen)
    {
        var ledger = new CrashLedger();
        ledger.Acked(new AckedComment("one", First, 2, "a", Ordered: true));
        ledger.Acked(new AckedComment("two", Second, 3, "a", Ordered: true));
        ledger.Acked(new AckedComment("three", Gone, 4, "a", Ordered: true));
        ledger.AckedRemoval(Gone);
        ledger.AckedReaction(First, "likes");
        ledger.AckedSetting(7);
        foreach (var entry in seen)
            ledger.Saw(entry);
        return ledger;
    }
}
