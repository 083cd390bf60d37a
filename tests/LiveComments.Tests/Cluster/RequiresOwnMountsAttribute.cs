using LiveComments.Tests.Requirements;

namespace LiveComments.Tests.Cluster;

/// <summary>Tests that show processes another file in the place of one of the system's. That takes root.</summary>
public sealed class RequiresOwnMountsAttribute : RequirementAttribute
{
    private static readonly string? Missing = Shell.Runs("unshare", "--mount", "mount", "--bind", "/etc/hosts", "/etc/hosts") ? null : "needs unshare, and may not mount";

    public override string? Obstacle => Missing;
}
