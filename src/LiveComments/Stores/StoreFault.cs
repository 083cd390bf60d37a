namespace LiveComments.Stores;

/// <summary>Something that is wrong with the store.</summary>
/// <param name="Text">What is wrong and what to do, in one or two sentences without file names: anybody may read it.</param>
public sealed record StoreFault(StoreCondition Condition, string Text);
