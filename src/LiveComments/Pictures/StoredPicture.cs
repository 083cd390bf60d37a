namespace LiveComments.Pictures;

/// <summary>A picture as it is served, and which of its subject's it is.</summary>
public sealed record StoredPicture(int Version, byte[] Picture);
