namespace LiveComments.Analytics;

/// <summary>What the comments of an event say most.</summary>
/// <param name="Words">In small letters, with the number of comments that have them; most first.</param>
/// <param name="Emoji">The same of emoji.</param>
/// <param name="Comments">How many comments were looked at.</param>
public sealed record FoundWords(IReadOnlyList<KeyValuePair<string, int>> Words, IReadOnlyList<KeyValuePair<string, int>> Emoji, int Comments)
{
    public static FoundWords None { get; } = new([], [], 0);
}
