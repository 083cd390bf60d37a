namespace LiveComments.Log;

/// <summary>What somebody wants to have placed in a log.</summary>
public abstract record EntryDraft;
