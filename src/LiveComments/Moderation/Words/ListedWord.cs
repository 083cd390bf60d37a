namespace LiveComments.Moderation.Words;

/// <summary>A word or phrase of a list, and what it does.</summary>
/// <param name="Text">In any spelling; it is folded like the comments.</param>
public readonly record struct ListedWord(string Text, WordAction Action);
