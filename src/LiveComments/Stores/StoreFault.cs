namespace LiveComments.Stores;

/// <summary>Something that is wrong with the store.</summary>
/// <param name="Text">What it means and what to do, in one sentence or two without names of files: anybody may read it.</param>
public sealed record StoreFault(StoreCondition Condition, string Text);
