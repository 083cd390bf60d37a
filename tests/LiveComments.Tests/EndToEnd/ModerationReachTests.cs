using Xunit.Abstractions;

namespace LiveComments.Tests.EndToEnd;

/// <inheritdoc/>
public sealed class ModerationReachTests(SharedServer shared, ITestOutputHelper output) : ModerationReachSpec(output), IClassFixture<SharedServer>
{
    private protected override IReadOnlyList<TestServer> Nodes => [shared.Server];
}
