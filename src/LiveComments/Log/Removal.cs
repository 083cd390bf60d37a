namespace LiveComments.Log;

/// <summary>What a log knows about the removal of a comment.</summary>
/// <param name="Position">Of the entry that removed it.</param>
/// <param name="By">Who asked for it.</param>
/// <param name="IsErased">True when the text is gone for good.</param>
public readonly record struct Removal(Position Position, DateTimeOffset Time, UserId By, bool IsErased);
