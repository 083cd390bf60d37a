namespace LiveComments.Text;

/// <summary>Where a text has a link.</summary>
/// <param name="Start">Its first character, also of its scheme.</param>
/// <param name="Length">0 when there is none.</param>
/// <param name="HostStart">The first character of its host.</param>
public readonly record struct Link(int Start, int Length, int HostStart, int HostLength);
