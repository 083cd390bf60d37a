namespace LiveComments.Reactions;

/// <summary>The names of reaction types in requests (<c>like</c>) and of their counts in answers (<c>likes</c>).</summary>
public static class ReactionTypes
{
    public const int Count = 6;

    private static readonly string[] Names = ["like", "love", "haha", "wow", "sad", "angry"];
    private static readonly string[] Plurals = ["likes", "loves", "hahas", "wows", "sads", "angries"];

    public static IReadOnlyList<ReactionType> All { get; } = [ReactionType.Like, ReactionType.Love, ReactionType.Haha, ReactionType.Wow, ReactionType.Sad, ReactionType.Angry];

    public static string Name(this ReactionType type) => Names[(int)type - 1];

    public static string CountName(this ReactionType type) => Plurals[(int)type - 1];

    /// <summary>Reads the exact lower-case name.</summary>
    public static bool TryParse(string? name, out ReactionType type)
    {
        var index = Array.IndexOf(Names, name);
        type = (ReactionType)(index + 1);
        return index >= 0;
    }
}
