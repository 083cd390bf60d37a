namespace LiveComments.Server.OpenApi;

internal static class DocumentedEndpoints
{
    /// <summary>Says what a call does; a test holds that every call says it.</summary>
    public static TBuilder Documented<TBuilder>(this TBuilder builder, Documentation documentation) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(documentation);
}
