namespace LiveComments.Server.Http;

internal static class HostChecks
{
    /// <summary>For probes: a balancer may use any name, and the answer is not secret.</summary>
    public static TBuilder OfAnyHost<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(HostCheck.Any.Mark);
}
