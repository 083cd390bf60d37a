namespace LiveComments.Tests.Cluster;

/// <summary>
/// A network namespace for each node. One cable of each leads to a switch in a namespace of its own, over which nodes speak with each other; another one leads to the tests. Addresses are those that are reserved for
/// measuring (RFC 2544), which no machine uses.
/// </summary>
internal sealed class NodeNetworks : IDisposable
{
    private readonly string _name = $"lc{Environment.ProcessId}";
    private readonly int _nodes;

    public NodeNetworks(int nodes)
    {
        _nodes = nodes;
        try
        {
            Ip("netns", "add", Switch);
            Ip("-n", Switch, "link", "add", "switch", "type", "bridge");
            Ip("-n", Switch, "link", "set", "switch", "up");
            for (var node = 0; node < nodes; node++)
                Connect(node);
        }
        catch (InvalidOperationException)
        {
            Dispose();
            throw;
        }
    }

    private string Switch => $"{_name}-switch";

    /// <summary>Where other nodes reach a node.</summary>
    public static string NodeAddress(int node) => $"198.18.0.{node + 1}";

    /// <summary>Where the tests reach a node.</summary>
    public static string PublicAddress(int node) => $"198.19.{node}.2";

    /// <summary>What comes before a command so that it runs in a node's network.</summary>
    public string[] Under(int node) => ["ip", "netns", "exec", Of(node)];

    /// <summary>Cuts a node off from the others; the tests still reach it.</summary>
    public void Cut(int node) => Ip("-n", Switch, "link", "set", $"port{node}", "down");

    public void Mend(int node) => Ip("-n", Switch, "link", "set", $"port{node}", "up");

    public void Dispose()
    {
        // The cables go with what they lead to.
        foreach (var name in Enumerable.Range(0, _nodes).Select(Of).Append(Switch))
            Shell.Runs("ip", "netns", "delete", name);
    }

    private string Of(int node) => $"{_name}-{node}";

    private void Connect(int node)
    {
        var name = Of(node);
        Ip("netns", "add", name);
        Ip("-n", name, "link", "set", "lo", "up");
        Ip("-n", name, "link", "add", "nodes", "type", "veth", "peer", "name", $"port{node}", "netns", Switch);
        Ip("-n", name, "address", "add", $"{NodeAddress(node)}/24", "dev", "nodes");
        Ip("-n", name, "link", "set", "nodes", "up");
        Ip("-n", Switch, "link", "set", $"port{node}", "master", "switch", "up");
        Ip("link", "add", name, "type", "veth", "peer", "name", "public", "netns", name);
        Ip("address", "add", $"198.19.{node}.1/30", "dev", name);
        Ip("link", "set", name, "up");
        Ip("-n", name, "address", "add", $"{PublicAddress(node)}/30", "dev", "public");
        Ip("-n", name, "link", "set", "public", "up");
    }

    private static void Ip(params string[] arguments) => Shell.Run("ip", arguments);
}
