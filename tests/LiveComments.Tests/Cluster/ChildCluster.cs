using System.Net.Http.Headers;
using System.Text.Json;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.EndToEnd.Crash;

namespace LiveComments.Tests.Cluster;

/// <summary>Servers in processes of their own that form a cluster. Clients go to one after the other; what ends by itself is started again, as a supervisor does.</summary>
internal sealed class ChildCluster : ICrashTarget, IAsyncDisposable
{
    private readonly HashSet<ChildServer> _away = [];
    private readonly CancellationTokenSource _stopping = new();
    private Task _supervising = Task.CompletedTask;
    private readonly List<string> _lastWords = [];
    private int _turn;

    public ChildCluster(IEnumerable<ChildServer> nodes)
    {
        Nodes = [.. nodes];
        foreach (var node in Nodes)
            node.Starts = 5;
    }

    /// <param name="settings">The store of all.</param>
    public ChildCluster(int nodes, string[] settings)
        : this(Enumerable.Range(0, nodes).Select(_ => ChildServer.On(NodeSettings(settings))))
    {
    }

    /// <summary>The settings of a node with a store.</summary>
    public static string[] NodeSettings(string[] store) => [.. store, "--LiveComments:Cluster:Port=0", "--LiveComments:Stream:ReconnectSpread=00:00:01"];

    public IReadOnlyList<ChildServer> Nodes { get; }

    /// <summary>What nodes said last that ended by themselves and were started again.</summary>
    public IReadOnlyList<string> LastWords => _lastWords;

    public Uri Url => Next().Url;

    public async Task StartAsync()
    {
        await Task.WhenAll(Nodes.Select(node => node.StartAsync()));
        _supervising = SuperviseAsync();
    }

    public HttpClient Client(string token)
    {
        var client = new HttpClient(new Hop(this)) { BaseAddress = Nodes[0].Url, Timeout = TimeSpan.FromSeconds(20) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public Task<string[]> TokensAsync(string role, int count) => Nodes[0].TokensAsync(role, count);

    /// <summary>The node that places the one event that is watched.</summary>
    public async Task<ChildServer> OwnerAsync()
    {
        // From the network of a node, these calls come from elsewhere.
        using var operating = Client((await TokensAsync("administrator", 1))[0]);
        var watched = default(JsonElement);
        await Http.EventuallyAsync(async () => (watched = await operating.PrepareAsync("GET", "/cluster/relays")).GetArrayLength() == 1, "one event is watched");
        var address = (await operating.PrepareAsync("GET", $"/cluster/events/{watched[0].Text("eventID")}")).Text("node");
        foreach (var node in Nodes)
        {
            using var one = node.Client(operating.DefaultRequestHeaders.Authorization!.Parameter!);
            if ((await one.PrepareAsync("GET", "/cluster/members")).Text("self") == address)
                return node;
        }
        throw new InvalidOperationException($"{address} is none of the nodes.");
    }

    /// <summary>Does something to a node that clients do not go to meanwhile.</summary>
    public async Task WithoutAsync(ChildServer node, Func<Task> action)
    {
        lock (_away)
            _away.Add(node);
        await action();
        lock (_away)
            _away.Remove(node);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _supervising;
        foreach (var node in Nodes)
            await node.DisposeAsync();
        _stopping.Dispose();
    }

    private ChildServer Next()
    {
        lock (_away)
        {
            var here = Nodes.Where(node => !_away.Contains(node)).ToList();
            return here[_turn++ % here.Count];
        }
    }

    private async Task SuperviseAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            foreach (var node in Nodes)
            {
                lock (_away)
                    if (_away.Contains(node) || !node.HasEnded)
                        continue;
                _lastWords.Add(node.Output);
                await WithoutAsync(node, node.RestartAsync);
            }
            await Task.Delay(100);
        }
    }

    /// <summary>Sends each request to the next node.</summary>
    private sealed class Hop(ChildCluster cluster) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(cluster.Url, request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
