namespace LiveComments.Comments;

/// <summary>The program a comment was written with, as the program says.</summary>
/// <param name="Platform">At most 32 characters.</param>
/// <param name="Version">At most 32 characters.</param>
public sealed record ClientProgram(string? Platform, string? Version);
