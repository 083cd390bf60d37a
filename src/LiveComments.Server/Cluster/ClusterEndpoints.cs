using System.Globalization;
using System.Text.Json;
using LiveComments.Events;
using LiveComments.Nodes;
using LiveComments.Server.Http;
using LiveComments.Wire;

namespace LiveComments.Server.Cluster;

/// <summary><c>/cluster</c>: the nodes that serve the same events.</summary>
internal sealed class ClusterEndpoints(ICluster cluster, EventDirectory directory, IHostApplicationLifetime lifetime)
{
    public IResult Members()
    {
        var membership = cluster.Membership;
        return new JsonAnswer(json =>
        {
            json.WriteStartObject();
            json.WriteString("self"u8, membership.Self);
            if (membership.Leader is { } leader)
                json.WriteString("leader"u8, leader);
            if (membership.Oldest is { } oldest)
                json.WriteString("oldest"u8, oldest);
            json.WriteNumber("lastChange"u8, membership.LastChange);
            WriteList(json, "members"u8, membership.Members, static (json, member) =>
            {
                json.WriteString("node"u8, member.Node);
                json.WriteString("status"u8, member.Status);
                json.WriteStartArray("roles"u8);
                foreach (var role in member.Roles)
                    json.WriteStringValue(role);
                json.WriteEndArray();
                json.WriteBoolean("reachable"u8, member.IsReachable);
            });
            json.WriteEndObject();
        });
    }

    public IResult Leave()
    {
        var self = cluster.Membership.Self;
        lifetime.StopApplication();
        return Node(self, "leaving");
    }

    public IResult Down(string node) => cluster.Down(node) switch
    {
        DownOutcome.Unknown => Problem.Of(Error.NodeNotFound, $"There is no member {node}; GET /cluster/members lists them."),
        DownOutcome.Reachable => Problem.Of(Error.NodeReachable),
        _ => Node(node, "down"),
    };

    public IResult Changes(HttpContext context)
    {
        if (!context.Request.TrySingle("after", out var text, out var error))
            return error!;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var after))
            return QueryParameters.Fault("after", "is the number of a change, 0 for all that are known");
        var changes = cluster.ChangesAfter(after);
        return new JsonAnswer(json => WriteList(json, changes, static (json, change) =>
        {
            json.WriteNumber("number"u8, change.Number);
            CommentJson.WriteTime(json, "time"u8, change.Time);
            json.WriteString("node"u8, change.Node);
            json.WriteString("change"u8, change.What);
        }));
    }

    public async Task<IResult> ShardsAsync(CancellationToken ct) => await cluster.ShardsAsync(ct) is { } nodes
        ? new JsonAnswer(json => WriteList(json, nodes, static (json, node) =>
        {
            json.WriteString("node"u8, node.Node);
            WriteList(json, "shards"u8, node.Shards, static (json, shard) =>
            {
                json.WriteString("shard"u8, shard.Shard);
                json.WriteNumber("events"u8, shard.Events);
            });
        }))
        : Silent("Not every node answered");

    public async Task<IResult> EventAsync(string videoID, CancellationToken ct)
    {
        // Whoever operates the cluster may know of every event.
        if (await directory.FindAsync(videoID, ct) is not { } liveEvent)
            return Problem.Of(Error.EventNotFound);
        if (await cluster.LocateAsync(liveEvent.Id, ct) is not { } location)
            return Silent("The event's actor did not answer");
        return new JsonAnswer(json =>
        {
            json.WriteStartObject();
            json.WriteString("eventID"u8, liveEvent.Id.Value);
            json.WriteString("node"u8, location.Node);
            CommentJson.WriteTime(json, "since"u8, location.Since);
            Write(json, "comments"u8, location.Comments);
            Write(json, "reactions"u8, location.Reactions);
            json.WriteStartArray("relays"u8);
            foreach (var relay in location.Relays)
                json.WriteStringValue(relay);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    public async Task<IResult> RelaysAsync(CancellationToken ct)
    {
        var audiences = await cluster.AudiencesAsync(ct);
        return new JsonAnswer(json => WriteList(json, audiences, static (json, audience) =>
        {
            json.WriteString("eventID"u8, audience.Event.Value);
            WriteList(json, "nodes"u8, audience.Nodes, static (json, node) =>
            {
                json.WriteString("node"u8, node.Node);
                json.WriteNumber("viewers"u8, node.Viewers);
            });
        }));
    }

    private static IResult Node(string node, string status) => new JsonAnswer(json =>
    {
        json.WriteStartObject();
        json.WriteString("node"u8, node);
        json.WriteString("status"u8, status);
        json.WriteEndObject();
    });

    private static IResult Silent(string what) => Problem.Of(Error.Busy, $"{what} in a second. A node that died is given up after some seconds; try again then.");

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, DraftQueue queue)
    {
        json.WriteStartObject(name);
        json.WriteNumber("waiting"u8, queue.Waiting);
        json.WriteNumber("underWay"u8, queue.UnderWay);
        json.WriteEndObject();
    }

    private static void WriteList<T>(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WritePropertyName(name);
        WriteList(json, items, write);
    }

    /// <summary>A list of objects.</summary>
    private static void WriteList<T>(Utf8JsonWriter json, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray();
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
