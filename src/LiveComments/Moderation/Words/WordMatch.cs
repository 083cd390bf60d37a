namespace LiveComments.Moderation.Words;

/// <summary>Where a comment has a listed word.</summary>
/// <param name="Start">The first character of it in the comment, as it is written.</param>
/// <param name="End">Behind its last character.</param>
public readonly record struct WordMatch(ListedWord Word, int Start, int End);
