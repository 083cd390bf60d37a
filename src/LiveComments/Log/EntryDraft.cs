namespace LiveComments.Log;

/// <summary>Something to be placed in a log.</summary>
public abstract record EntryDraft;
