namespace LiveComments.Reactions;

/// <summary>How often each reaction was given to one comment.</summary>
public readonly record struct ReactionCounts(int Likes, int Loves, int Hahas, int Wows, int Sads, int Angries)
{
    public int this[ReactionType type] => type switch
    {
        ReactionType.Like => Likes,
        ReactionType.Love => Loves,
        ReactionType.Haha => Hahas,
        ReactionType.Wow => Wows,
        ReactionType.Sad => Sads,
        _ => Angries,
    };

    public int Total => Likes + Loves + Hahas + Wows + Sads + Angries;

    /// <summary>The counts after <paramref name="change"/> more (or, negative, fewer) of one type.</summary>
    public ReactionCounts Add(ReactionType type, int change) => type switch
    {
        ReactionType.Like => this with { Likes = Likes + change },
        ReactionType.Love => this with { Loves = Loves + change },
        ReactionType.Haha => this with { Hahas = Hahas + change },
        ReactionType.Wow => this with { Wows = Wows + change },
        ReactionType.Sad => this with { Sads = Sads + change },
        _ => this with { Angries = Angries + change },
    };
}
