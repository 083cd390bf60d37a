namespace LiveComments.Server.Connections;

internal static class ConnectionRefusals
{
    /// <summary>For operators' endpoints: answered also when the server is full.</summary>
    public static TBuilder AnsweredWhenFull<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder => ConnectionRefusal.Exempt(builder);
}
