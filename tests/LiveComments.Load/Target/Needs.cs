namespace LiveComments.Load.Target;

/// <summary>What a recipe wants to find on the server.</summary>
/// <param name="Users">Who may write.</param>
/// <param name="Rooms">Live events.</param>
internal sealed record Needs(int Users, int Rooms = 1);
