using System.Globalization;
using System.Net;
using LiveComments.Cassandra.Cql;

namespace LiveComments.Tests.Cassandra;

/// <summary>Several <see cref="FakeNode"/>s of one cluster, on 127.0.0.1, 127.0.0.2 and so on. They prepare what they are asked to, and a test answers what is executed.</summary>
internal sealed class FakeRing : IAsyncDisposable
{
    /// <summary>What every statement takes.</summary>
    private static readonly Column Marker = new("id", ColumnType.Bigint);

    private readonly IReadOnlyList<long[]> _tokens;

    public FakeRing(params IReadOnlyList<long[]> tokens)
    {
        _tokens = tokens;
        var first = new FakeNode();
        Nodes = [first, .. Enumerable.Range(2, tokens.Count - 1).Select(last => new FakeNode(new IPEndPoint(new IPAddress([127, 0, 0, (byte)last]), first.EndPoint.Port)))];
        for (var i = 0; i < Nodes.Count; i++)
        {
            var (node, self) = (Nodes[i], i);
            node.Answer = request => request.Opcode switch
            {
                Opcode.Query when request.Text.Contains("system.local", StringComparison.Ordinal) => request.Reply(FakeRequest.Rows(Columns, [Describe(self)])),
                Opcode.Query => request.Reply(FakeRequest.Rows(Columns, [.. Enumerable.Range(0, Nodes.Count).Where(other => other != self).Select(Describe)])),
                Opcode.Prepare => request.Reply(FakeRequest.Prepared(IdOf(request), Marker)),
                _ => Execute(node, request),
            };
        }
    }

    public IReadOnlyList<FakeNode> Nodes { get; }

    /// <summary>Answers what is executed.</summary>
    public Func<FakeNode, FakeRequest, bool> Execute { get; set; } = (_, request) => request.Reply(FakeRequest.Rows("c", "done"));

    /// <summary>What was executed on each node.</summary>
    public IEnumerable<int> Executed => Nodes.Select(node => node.Requests.Count(request => request.Opcode is Opcode.Execute or Opcode.Batch));

    private static IReadOnlyList<Column> Columns { get; } =
        [new("data_center", ColumnType.Varchar), new("tokens", ColumnType.Set), new("rpc_address", ColumnType.Inet), new("peer", ColumnType.Inet)];

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
            await node.DisposeAsync();
    }

    /// <summary>A node tells of a prepared statement by a hash of its text; here it is the text.</summary>
    private static byte[] IdOf(FakeRequest prepare) => System.Text.Encoding.UTF8.GetBytes(prepare.Text);

    private byte[]?[] Describe(int node)
    {
        var tokens = FakeRequest.Write(Opcode.Result).Int(_tokens[node].Length);
        foreach (var token in _tokens[node])
            tokens.Bytes(System.Text.Encoding.UTF8.GetBytes(token.ToString(CultureInfo.InvariantCulture)));
        var address = Nodes[node].EndPoint.Address.GetAddressBytes();
        return ["dc1"u8.ToArray(), tokens.ToFrame()[Frame.HeaderLength..].ToArray(), address, address];
    }
}
