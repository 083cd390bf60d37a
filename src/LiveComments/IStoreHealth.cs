namespace LiveComments;

/// <summary>What is wrong with the store at present, for whoever watches over the server.</summary>
public interface IStoreHealth
{
    /// <summary>The worst that is known now; null when nothing is wrong. Costs a few microseconds, never waits, never fails.</summary>
    StoreFault? Fault { get; }
}

/// <summary>Something that is wrong with the store.</summary>
/// <param name="Text">What it means and what to do, in one sentence or two without names of files: anybody may read it.</param>
public sealed record StoreFault(StoreCondition Condition, string Text);

/// <summary>What can be wrong with a store, the worst last.</summary>
public enum StoreCondition
{
    /// <summary>It takes no writes, for a reason that the log has. Reading goes on.</summary>
    Failing,

    /// <summary>The disk is full: nothing is stored until there is room. Reading goes on.</summary>
    Full,

    /// <summary>A part cannot be read. The rest goes on; this stays until the store is opened again.</summary>
    Damaged,

    /// <summary>What is open is not what the next start would open: nothing is stored. Reading goes on until then.</summary>
    Lost,
}
