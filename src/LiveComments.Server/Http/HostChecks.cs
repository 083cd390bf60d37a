namespace LiveComments.Server.Http;

internal static class HostChecks
{
    /// <summary>For probes, which may ask for whatever name a balancer has for the server, and whose answer is nobody's secret.</summary>
    public static TBuilder OfAnyHost<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(HostCheck.Any.Mark);
}
