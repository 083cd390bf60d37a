namespace LiveComments.Moderation;

/// <summary>What becomes of a comment.</summary>
public enum Verdict
{
    /// <summary>It is placed.</summary>
    Admit,

    /// <summary>A moderator decides before anybody else sees it.</summary>
    Hold,

    /// <summary>It is not placed, and its author is told.</summary>
    Refuse,
}
