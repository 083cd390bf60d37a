using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Moderation;

/// <summary>The calls for blocked networks.</summary>
internal static class NetworkBlockRoutes
{
    public static void MapNetworkBlocks(this IEndpointRouteBuilder app)
    {
        var blocks = ActivatorUtilities.CreateInstance<NetworkBlockEndpoints>(app.ServiceProvider);
        app.MapGet("/admin/network-blocks", blocks.ListAsync).RequireCaller().Documented(new Documentation("getNetworkBlocks", "List the blocked networks")
        {
            Description = "By an administrator. In the order in which they were blocked, without those that have ended.",
            Answers = [new(200, "NetworkBlocks")],
            Errors = [Error.Unauthenticated, Error.Forbidden],
        });
        app.MapPost("/admin/network-blocks", blocks.AddAsync).RequireCaller().Documented(new Documentation("blockNetwork", "Block a network")
        {
            Description = "By an administrator. From then on every request of it is answered `network-blocked`, and its open streams are closed (4403), on every node within a second. `openStreams` and `signedIn` say who "
                + "is cut off on the node that answers; with `dryRun` nothing else happens. Refused for this machine's own addresses, the caller's own, and prefixes shorter than /8 (IPv4) or /19 (IPv6).",
            Body = "NetworkBlockRequest",
            Answers = [new(200, "NetworkBlocked"), new(201, "NetworkBlocked")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.InvalidRequest, Error.StateConflict],
        });
        app.MapDelete("/admin/network-blocks/{blockID}", blocks.RemoveAsync).RequireCaller().Documented(new Documentation("unblockNetwork", "End the block of a network")
        {
            Description = "By an administrator.",
            Answers = [new(204)],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.NotFound],
        });
    }
}
