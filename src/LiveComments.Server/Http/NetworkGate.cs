using LiveComments.Moderation;

namespace LiveComments.Server.Http;

/// <summary>Refuses requests from blocked networks before anything else is done for them.</summary>
internal sealed class NetworkGate(RequestDelegate next, NetworkBlocks blocks)
{
    public Task InvokeAsync(HttpContext context) =>
        blocks.Find(context.Connection.RemoteIpAddress) is null ? next(context) : Problem.Of(Error.NetworkBlocked).ExecuteAsync(context);
}
