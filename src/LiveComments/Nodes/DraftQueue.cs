namespace LiveComments.Nodes;

/// <summary>What an event's actor was asked to place.</summary>
/// <param name="Waiting">Not yet given to the store.</param>
/// <param name="UnderWay">Given to it and not yet answered.</param>
public readonly record struct DraftQueue(int Waiting, int UnderWay);
