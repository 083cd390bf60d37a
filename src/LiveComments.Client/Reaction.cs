namespace LiveComments.Client;

/// <summary>What one person gives to one comment. An event may allow some of them only.</summary>
public enum Reaction
{
    /// <summary><c>like</c>, counted as <c>likes</c>.</summary>
    Like = 1,

    /// <summary><c>love</c>, counted as <c>loves</c>.</summary>
    Love = 2,

    /// <summary><c>haha</c>, counted as <c>hahas</c>.</summary>
    Haha = 3,

    /// <summary><c>wow</c>, counted as <c>wows</c>.</summary>
    Wow = 4,

    /// <summary><c>sad</c>, counted as <c>sads</c>.</summary>
    Sad = 5,

    /// <summary><c>angry</c>, counted as <c>angries</c>.</summary>
    Angry = 6,
}
