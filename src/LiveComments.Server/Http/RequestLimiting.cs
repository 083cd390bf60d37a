using Microsoft.AspNetCore.Http.Timeouts;

namespace LiveComments.Server.Http;

internal static class RequestLimiting
{
    /// <summary>
    /// For streams, which live long, and for probes, which must be answered when the server is full. Neither says anything about
    /// how long requests take.
    /// </summary>
    public static TBuilder OutsideRequestLimits<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RequestLimits.Outside(), new DisableRequestTimeoutAttribute(), new DisableHttpMetricsAttribute());
}
