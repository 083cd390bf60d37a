using LiveComments.Viewers;

namespace LiveComments.Moderation;

/// <summary>A network from which nobody is served.</summary>
/// <param name="Until">When it ends; null: when it is taken back.</param>
/// <param name="Reason">For other administrators; null without one.</param>
/// <param name="By">Who blocked it.</param>
public sealed record NetworkBlock(Guid Id, AddressBlock Network, DateTimeOffset? Until, string? Reason, UserId By, DateTimeOffset At)
{
    /// <summary>Blocks at a time: as many as people keep by hand. More belong into a firewall.</summary>
    public const int Most = 10_000;

    /// <summary>The shortest prefixes: no registry gives anybody more than an IPv4 /8 or an IPv6 /19, so a shorter one is a slip that cuts off half the world.</summary>
    public const int ShortestIPv4 = 8, ShortestIPv6 = 19;

    public bool HoldsAt(DateTimeOffset now) => Until is null || Until > now;
}
