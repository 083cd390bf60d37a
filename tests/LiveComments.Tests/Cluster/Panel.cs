using LiveComments.Client;
using LiveComments.Client.Streams;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Cluster;

/// <summary>An event of several nodes with a poll, questions and a stage: its moderator and its people call now one node and now another.</summary>
internal sealed class Panel : IAsyncDisposable
{
    /// <summary>A node that takes over is given time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly SocketsHttpHandler _handler = new() { UseProxy = false };
    private readonly List<LiveCommentsClient> _clients = [];
    private readonly List<Onlooker> _onlookers = [];
    private readonly IReadOnlyList<Uri> _nodes;
    private readonly string _moderator;
    private readonly IReadOnlyList<string> _people;

    /// <param name="moderator">The moderator's token.</param>
    /// <param name="people">A token of each of the others.</param>
    private Panel(string live, IReadOnlyList<Uri> nodes, string moderator, IReadOnlyList<string> people) => (Live, _nodes, _moderator, _people) = (live, nodes, moderator, people);

    /// <summary>The event's id.</summary>
    public string Live { get; }

    /// <summary>Begins an event that takes questions.</summary>
    /// <inheritdoc cref="Panel(string, IReadOnlyList{Uri}, string, IReadOnlyList{string})"/>
    public static async Task<Panel> BeginAsync(IReadOnlyList<Uri> nodes, string moderator, IReadOnlyList<string> people)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = nodes[0], DefaultRequestHeaders = { Authorization = new("Bearer", moderator) } };
        var live = await client.GoLiveAsync("""{"title":"A panel","eventType":"news","startTime":"2026-01-31T20:00:00Z","settings":{"questions":true}}""");
        return new Panel(live, nodes, moderator, people);
    }

    /// <summary>The moderator on one of the nodes.</summary>
    public LiveCommentsClient Moderator(int at) => Client(at, _moderator);

    /// <summary>One of the people on one of the nodes.</summary>
    public LiveCommentsClient Person(int person, int at) => Client(at, _people[person]);

    /// <summary>Somebody who watches on one of the nodes.</summary>
    public Onlooker Watch(int at, LogPosition? after = null, bool fromStart = false)
    {
        var onlooker = new Onlooker(Client(at, null).WatchAsync(Live, new WatchOptions { After = after, FromStart = fromStart, Everything = true }));
        _onlookers.Add(onlooker);
        return onlooker;
    }

    /// <summary>Whoever comes to a node now, reads from the start, or comes back after they left, sees this.</summary>
    public async Task ComeAsync(int at, LogPosition left, string shows)
    {
        foreach (var viewer in (Onlooker[])[Watch(at), Watch(at, fromStart: true), Watch(at, left)])
            await viewer.UntilAsync(shows);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var onlooker in _onlookers)
            await onlooker.DisposeAsync();
        foreach (var client in _clients)
            client.Dispose();
        _handler.Dispose();
    }

    private LiveCommentsClient Client(int at, string? token)
    {
        var client = new LiveCommentsClient(new LiveCommentsClientOptions
        {
            Server = _nodes[at],
            Handler = _handler,
            Token = token is null ? null : _ => new ValueTask<string?>(token),
            Patience = Patience,
        });
        _clients.Add(client);
        return client;
    }
}
