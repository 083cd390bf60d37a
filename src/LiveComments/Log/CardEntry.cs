namespace LiveComments.Log;

/// <summary>A card appeared, or became something else.</summary>
public sealed record CardEntry(long Seq, DateTimeOffset Time, Card Card) : Entry(Seq, Time);
