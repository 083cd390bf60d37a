namespace LiveComments.Ingest;

/// <summary>What was taken from a bucket.</summary>
/// <param name="Bucket">Its name, the same on all nodes: letters, digits and colons.</param>
/// <param name="Cost">By so much later it is full again; negative where tokens were given back.</param>
public readonly record struct TakenTokens(string Bucket, TimeSpan Cost);
