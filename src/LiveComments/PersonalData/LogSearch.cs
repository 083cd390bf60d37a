namespace LiveComments.PersonalData;

/// <summary>What one step of a search through all logs has found.</summary>
/// <param name="Next">Where the next step begins; null at the end.</param>
public sealed record LogSearch<T>(IReadOnlyList<T> Found, LogPlace? Next);
