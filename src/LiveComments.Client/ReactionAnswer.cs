namespace LiveComments.Client;

internal sealed record ReactionAnswer
{
    public IReadOnlyDictionary<string, int> ReactionCount { get => field ?? EmptyCounts.Instance; init; }
}
