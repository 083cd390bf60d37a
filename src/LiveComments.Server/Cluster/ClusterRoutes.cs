using System.Net;
using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Cluster;

/// <summary>The calls of those who operate the nodes: from this machine, or with an administrator's token.</summary>
internal static class ClusterRoutes
{
    private const string ForOperators = "For programs on the node's own machine, and for administrators. ";

    public static void MapCluster(this IEndpointRouteBuilder app)
    {
        var cluster = ActivatorUtilities.CreateInstance<ClusterEndpoints>(app.ServiceProvider);
        var group = app.MapGroup("/cluster");
        group.AddEndpointFilter((invocation, next) => Refusal(invocation.HttpContext) is { } refusal ? ValueTask.FromResult<object?>(refusal) : next(invocation));
        group.MapGet("/members", cluster.Members)
            .Documented(new("listMembers", "List the nodes that serve the same events, as this one sees them")
            {
                Description = ForOperators + "A node that is alone is the only member.",
                Answers = [new(200, "ClusterMembers")],
                Errors = [Error.Unauthenticated, Error.Forbidden],
            });
        group.MapDelete("/members/{node}", cluster.Down)
            .Documented(new("downMember", "Remove a node that cannot be reached")
            {
                Description = ForOperators + "Be sure that it is dead: its events live elsewhere from then on. The others do the same by themselves after some seconds.",
                Answers = [new(200, "ClusterNode")],
                Errors = [Error.Unauthenticated, Error.Forbidden, Error.NodeNotFound, Error.NodeReachable],
            });
        group.MapPost("/leave", cluster.Leave)
            .Documented(new("leaveCluster", "Stop this node as SIGTERM does")
            {
                Description = ForOperators + "It drains: it answers what it took, tells its viewers when to come back, hands its events over and ends. The answer comes at once.",
                Answers = [new(200, "ClusterNode")],
                Errors = [Error.Unauthenticated, Error.Forbidden],
            });
        group.MapGet("/changes", (Delegate)cluster.Changes)
            .Documented(new("listMemberChanges", "List what this node has noticed about members since")
            {
                Description = ForOperators + "The latest thousand changes at most, in order.",
                Parameters = ["afterChange"],
                Answers = [new(200, "ClusterChanges")],
                Errors = [Error.Unauthenticated, Error.Forbidden, Error.InvalidParameter],
            });
        group.MapGet("/shards", cluster.ShardsAsync)
            .Documented(new("listShards", "List where the shards of events are")
            {
                Description = ForOperators + "503 `busy` while a node that died is being given up.",
                Answers = [new(200, "ClusterShards")],
                Errors = [Error.Unauthenticated, Error.Forbidden],
            });
        group.MapGet("/events/{videoID}", cluster.EventAsync)
            .Documented(new("getEventPlace", "Say where an event's comments are placed, and what waits there")
            {
                Description = ForOperators + "503 `busy` while it moves.",
                Answers = [new(200, "ClusterEvent")],
                Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound],
            });
        group.MapGet("/relays", cluster.RelaysAsync)
            .Documented(new("listRelays", "List on which nodes how many watch each event")
            {
                Description = ForOperators + "Events that nobody watches are left out.",
                Answers = [new(200, "ClusterRelays")],
                Errors = [Error.Unauthenticated, Error.Forbidden],
            });
    }

    private static IResult? Refusal(HttpContext context) => (context.Sender(), context.Caller()) switch
    {
        ({ } sender, _) when IPAddress.IsLoopback(sender) => null,
        (_, { IsAdministrator: true }) => null,
        (_, null) => Problem.Of(Error.Unauthenticated, "Call it from the node's own machine, not through a proxy, or with an administrator's token."),
        _ => Problem.Of(Error.Forbidden, "Only administrators operate the cluster."),
    };
}
