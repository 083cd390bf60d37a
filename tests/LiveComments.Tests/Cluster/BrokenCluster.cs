using LiveComments.Nodes;

namespace LiveComments.Tests.Cluster;

/// <summary>A cluster that answers something else than the truth where it is told to.</summary>
internal sealed class BrokenCluster(ICluster inner) : ICluster
{
    public Func<Membership, Membership> Members { get; init; } = static members => members;

    public Func<DownOutcome, DownOutcome> Downed { get; init; } = static outcome => outcome;

    public Func<IReadOnlyList<NodeShards>?, IReadOnlyList<NodeShards>?> Shards { get; init; } = static shards => shards;

    public Func<EventLocation?, EventLocation?> Location { get; init; } = static location => location;

    public Func<IReadOnlyList<EventAudience>, IReadOnlyList<EventAudience>> Audiences { get; init; } = static audiences => audiences;

    public Membership Membership => Members(inner.Membership);

    public IReadOnlyList<MembershipChange> ChangesAfter(long number) => inner.ChangesAfter(number);

    public DownOutcome Down(string node) => Downed(inner.Down(node));

    public async ValueTask<IReadOnlyList<NodeShards>?> ShardsAsync(CancellationToken ct) => Shards(await inner.ShardsAsync(ct));

    public async ValueTask<EventLocation?> LocateAsync(EventId id, CancellationToken ct) => Location(await inner.LocateAsync(id, ct));

    public async ValueTask<IReadOnlyList<EventAudience>> AudiencesAsync(CancellationToken ct) => Audiences(await inner.AudiencesAsync(ct));
}
