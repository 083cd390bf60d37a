namespace LiveComments.Moderation;

/// <summary>How likely a comment is unwanted, and why.</summary>
/// <param name="Value">From 0, certainly welcome or not judged, to 1.</param>
/// <param name="Reasons">What speaks against it, in words for moderators; null when nothing does.</param>
public readonly record struct Score(double Value, IReadOnlyList<string>? Reasons = null);
