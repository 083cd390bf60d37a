namespace LiveComments.Analytics;

/// <summary>What was counted in an event, in all.</summary>
/// <param name="Measures">By the names of <see cref="Analytics.Measures"/>; a measure that is not there is 0.</param>
/// <param name="UniqueAuthors">Different people whose comments were placed, about: see <see cref="UniqueSketch"/>.</param>
public sealed record EventTotals(IReadOnlyDictionary<string, long> Measures, long UniqueAuthors)
{
    public static EventTotals None { get; } = new(new Dictionary<string, long>(), 0);

    public long this[string measure] => Measures.GetValueOrDefault(measure);

    /// <summary>Comments that were placed, replies among them.</summary>
    public long Placed => this[Analytics.Measures.Comments] + this[Analytics.Measures.Replies];

    /// <summary>Comments that are removed now.</summary>
    public long Removed => this[Analytics.Measures.Removed] - this[Analytics.Measures.Restored];
}
