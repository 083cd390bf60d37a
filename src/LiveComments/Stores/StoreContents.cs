namespace LiveComments.Stores;

/// <summary>What a store holds.</summary>
/// <param name="Schema">How many schema steps it has seen.</param>
/// <param name="Entries">Entries of all logs that were ever placed.</param>
public sealed record StoreContents(int Schema, long Events, long Entries, long Accounts);
