namespace LiveComments.Ingest;

/// <summary>How comments fared lately.</summary>
/// <param name="Placed">How many were placed.</param>
/// <param name="Refused">How many were refused, by error code.</param>
/// <param name="Median">The time from arrival to answer that half of the placed comments took at most; null when none was placed.</param>
/// <param name="Slowest">The time that 99 of 100 took at most.</param>
public sealed record OutcomeFigures(int Placed, IReadOnlyDictionary<string, int> Refused, TimeSpan? Median, TimeSpan? Slowest);
