namespace LiveComments.Server.Connections;

internal static class ConnectionRefusals
{
    /// <summary>For what operators ask: answered however many connections there are.</summary>
    public static TBuilder AnsweredWhenFull<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder => ConnectionRefusal.Exempt(builder);
}
