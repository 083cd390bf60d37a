using LiveComments.Tests.Requirements;

namespace LiveComments.Tests.Cluster;

/// <summary>Tests that give processes networks of their own. That takes root.</summary>
public sealed class RequiresNetworkNamespacesAttribute : RequirementAttribute
{
    private static readonly string? Missing = Shell.Runs("unshare", "--net", "--mount", "sh", "-c", "ip link add lc0 type bridge && ip link add lc1 type veth peer name lc2 && mount -t tmpfs none /run && ip netns add lc")
        ? null : "needs ip and unshare, and may not make network namespaces";

    public override string? Obstacle => Missing;
}
