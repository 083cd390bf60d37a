namespace LiveComments.Log;

/// <summary>Something that an event shows beside its comments, such as a poll. Of several states of one card the last in the log holds.</summary>
/// <param name="Type">What it is, such as <see cref="Poll"/>. Programs pass over types that they do not know.</param>
/// <param name="State">All of it, a JSON object.</param>
public sealed record Card(Guid Id, string Type, string State)
{
    /// <summary>The type of a poll.</summary>
    public const string Poll = "poll";
}
