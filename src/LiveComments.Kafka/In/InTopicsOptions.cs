namespace LiveComments.Kafka.In;

/// <summary>The topics that are taken: the list <c>LiveComments:Kafka:In</c>.</summary>
internal sealed class InTopicsOptions
{
    public IList<InTopicOptions> In { get; } = [];

    /// <summary>Null when every value is of its form, else what is wrong.</summary>
    /// <param name="hasServers">Whether Kafka is used at all.</param>
    public string? Fault(bool hasServers)
    {
        if (In.Count > 0 && !hasServers)
            return "LiveComments:Kafka:In needs LiveComments:Kafka:Servers.";
        for (var i = 0; i < In.Count; i++)
            if (In[i].Fault() is { } fault)
                return $"LiveComments:Kafka:In:{i}: {fault}";
        return In.Select(topic => topic.Topic).Distinct(StringComparer.Ordinal).Count() < In.Count ? "LiveComments:Kafka:In names a topic twice." : null;
    }
}
