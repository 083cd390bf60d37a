using System.Net;

namespace LiveComments.Cassandra.Cql;

/// <summary>
/// The nodes of one data centre, and which of them to ask for what. Nodes of other data centres are never asked: what is local to them is not local to us, and two that order the same
/// conditional writes locally in two places order nothing.
/// </summary>
internal sealed class Ring
{
    private readonly Host[] _hosts;
    private readonly long[] _tokens;
    private readonly Host[] _owners;
    private int _turn;

    public Ring(IReadOnlyList<RingNode> nodes, IReadOnlyDictionary<EndPoint, Host> hosts)
    {
        _hosts = [.. nodes.Select(node => hosts[node.EndPoint])];
        var ring = nodes.SelectMany(node => node.Tokens.Select(token => (Token: token, Host: hosts[node.EndPoint]))).OrderBy(entry => entry.Token).ToList();
        _tokens = [.. ring.Select(entry => entry.Token)];
        _owners = [.. ring.Select(entry => entry.Host)];
    }

    /// <summary>How many nodes there are.</summary>
    public int Count => _hosts.Length;

    /// <summary>
    /// All nodes in the order in which they are asked. For a partition these are its replicas first, as they follow each other on the ring; where racks make others its second and third replica,
    /// asking these costs one more hop. The same order everywhere, so that conditional writes of one partition meet in one node instead of outbidding each other.
    /// </summary>
    /// <param name="token">Of the partition; null for none.</param>
    public IEnumerable<Host> For(long? token)
    {
        if (token is null || _tokens.Length == 0)
        {
            var turn = (uint)Interlocked.Increment(ref _turn);
            for (var i = 0u; i < _hosts.Length; i++)
                yield return _hosts[(turn + i) % (uint)_hosts.Length];
            yield break;
        }
        var first = Array.BinarySearch(_tokens, token.Value);
        first = first < 0 ? ~first : first;
        var asked = new List<Host>(_hosts.Length);
        for (var i = 0; i < _owners.Length && asked.Count < _hosts.Length; i++)
            if (_owners[(first + i) % _owners.Length] is var host && !asked.Contains(host))
            {
                asked.Add(host);
                yield return host;
            }
    }
}
