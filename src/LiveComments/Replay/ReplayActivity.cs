namespace LiveComments.Replay;

/// <summary>How much happened in an interval.</summary>
/// <param name="Comments">Comments written, without those removed since.</param>
/// <param name="Reactions">Reactions given, changed or taken back, to the nearest second.</param>
public readonly record struct ReplayActivity(long Comments, long Reactions);
