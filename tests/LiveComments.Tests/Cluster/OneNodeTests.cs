using LiveComments.Tests.Conformance;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Cluster;

public sealed class OneNodeTests : ClusterSpec
{
    private protected override async Task<IReadOnlyList<TestServer>> StartAsync() => [await TestServer.StartAsync()];
}
