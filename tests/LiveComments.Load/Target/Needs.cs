namespace LiveComments.Load.Target;

/// <summary>What a recipe wants to find on the server.</summary>
/// <param name="Users">Who may write.</param>
/// <param name="Rooms">Live events.</param>
/// <param name="Settings">Options of the started server, as on its command line; null for none.</param>
internal sealed record Needs(int Users, int Rooms = 1, IReadOnlyList<string>? Settings = null);
