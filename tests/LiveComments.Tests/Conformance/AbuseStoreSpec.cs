using LiveComments.Moderation;
using LiveComments.Viewers;

namespace LiveComments.Tests.Conformance;

/// <summary>What every <see cref="IAbuseStore"/> promises.</summary>
public abstract class AbuseStoreSpec : StoreSpec
{
    [Fact]
    public async Task Of_many_who_answer_with_the_same_challenge_at_once_one_is_taken_also_after_a_restart()
    {
        var challenge = Guid.NewGuid();
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => await Store.Abuse.SpendAsync(challenge, Now.AddMinutes(5), Now, default)));
        Assert.Single(taken, one => one);
        await Store.ReopenAsync();
        Assert.False(await Store.Abuse.SpendAsync(challenge, Now.AddMinutes(5), Now, default));
        Assert.True(await Store.Abuse.SpendAsync(Guid.NewGuid(), Now.AddMinutes(5), Now, default));
    }

    [Fact]
    public async Task A_challenge_is_remembered_until_its_time_and_no_longer()
    {
        var (early, late) = (Guid.NewGuid(), Guid.NewGuid());
        await Store.Abuse.SpendAsync(early, Now.AddMinutes(5), Now, default);
        await Store.Abuse.SpendAsync(late, Now.AddMinutes(50), Now, default);
        Assert.False(await Store.Abuse.SpendAsync(early, Now.AddMinutes(5), Now.AddMinutes(5), default));
        // So that the table does not grow for ever.
        Assert.True(await Store.Abuse.SpendAsync(early, Now.AddMinutes(15), Now.AddMinutes(10), default));
        Assert.False(await Store.Abuse.SpendAsync(late, Now.AddMinutes(50), Now.AddMinutes(10), default));
    }

    [Fact]
    public async Task Blocks_come_back_as_they_were_in_their_order_until_they_end_or_are_taken_back()
    {
        var first = Block("203.0.113.0/24", Now.AddHours(1), "A flood of accounts.");
        var second = Block("2001:db8::/32", null, null, Now.AddSeconds(1));
        var third = Block("198.51.100.7", Now.AddHours(2), "Grüße", Now.AddSeconds(2));
        foreach (var block in (NetworkBlock[])[third, first, second])
            Assert.True(await Store.Abuse.BlockAsync(block, default));
        await Store.ReopenAsync();
        Assert.Equal([first, second, third], await Store.Abuse.BlocksAsync(Now.AddSeconds(3), default));
        Assert.Equal([second, third], await Store.Abuse.BlocksAsync(Now.AddHours(1), default));
        Assert.True(await Store.Abuse.BlockAsync(second with { Reason = "another" }, default));
        Assert.Equal([first, second, third], await Store.Abuse.BlocksAsync(Now, default));
        Assert.Equal(second, await Store.Abuse.UnblockAsync(second.Id, default));
        Assert.Null(await Store.Abuse.UnblockAsync(second.Id, default));
        Assert.Equal([first, third], await Store.Abuse.BlocksAsync(Now, default));
    }

    [Fact]
    public async Task A_trace_keeps_its_first_time_and_is_kept_from_the_last_one_on()
    {
        var (network, other) = (Guid.NewGuid(), Guid.NewGuid());
        var trace = new BanTrace(network, Ann.Id, BanTraceKind.Network, Now, Now.AddDays(7));
        await Store.Abuse.TraceAsync([trace], Now, default);
        await Store.Abuse.TraceAsync([trace with { At = Now.AddDays(3), Until = Now.AddDays(10) }, new BanTrace(network, Bob.Id, BanTraceKind.Network, Now, Now.AddDays(1)), new BanTrace(other, Ann.Id, BanTraceKind.Account, Now, Now.AddDays(2))], Now, default);
        await Store.ReopenAsync();
        Assert.Equal([trace with { Until = Now.AddDays(10) }, new BanTrace(other, Ann.Id, BanTraceKind.Account, Now, Now.AddDays(2)), new BanTrace(network, Bob.Id, BanTraceKind.Network, Now, Now.AddDays(1))],
            await Store.Abuse.TracesAsync(Now, default));
        Assert.Equal([network], (await Store.Abuse.TracesAsync(Now.AddDays(9), default)).Select(one => one.Trace));
        // What is over is deleted, not only hidden.
        await Store.Abuse.TraceAsync([], Now.AddDays(10), default);
        Assert.Empty(await Store.Abuse.TracesAsync(Now, default));
    }

    private static NetworkBlock Block(string network, DateTimeOffset? until, string? reason, DateTimeOffset? at = null) =>
        new(Guid.NewGuid(), AddressBlock.TryParse(network, out var block) ? block : throw new ArgumentException(network), until, reason, Bob.Id, at ?? new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));
}
