namespace LiveComments.Log;

/// <summary>Why a comment is held, for moderators.</summary>
/// <param name="Code">What found it, a stable word for programs.</param>
/// <param name="Detail">What was found, in words for people.</param>
public readonly record struct HoldReason(string Code, string Detail);
