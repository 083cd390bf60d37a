namespace LiveComments.Moderation.Words;

/// <summary>What a listed word does to a comment that has it; a later one is stronger.</summary>
public enum WordAction
{
    /// <summary>The word is shown as asterisks.</summary>
    Mask,

    /// <summary>A moderator decides.</summary>
    Hold,

    /// <summary>The comment is refused.</summary>
    Block,
}
