namespace LiveComments.Kafka.In;

/// <summary>One topic with comments and reactions of an external system. Kafka does not tell who produced a record, so trust is per topic: the brokers must let only that system write to it.</summary>
internal sealed class InTopicOptions
{
    /// <summary>The topic's name.</summary>
    public string Topic { get; set; } = "";

    /// <summary>
    /// The issuer of the records' subjects: the name of one of <c>LiveComments:Issuers</c> makes them the people who log in there, any other name makes them people of their own.
    /// </summary>
    public string Issuer { get; set; } = "";

    /// <summary>Whether a subject may also be the id of a user here, so that the topic may write as anybody.</summary>
    public bool AnyUser { get; set; }

    public string? Fault() =>
        Topic.Length == 0 ? "Topic is needed."
        : Issuer.Length == 0 && !AnyUser ? "either Issuer or AnyUser is needed, or nobody could write."
        : null;
}
