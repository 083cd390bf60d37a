using LiveComments.Tests.Conformance;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Engine;

/// <summary>One node, whose events' actors are all here.</summary>
public class LocalEngineTests : EngineSpec
{
    private protected override Task<TestServer> StartAsync() => TestServer.StartAsync();
}
