namespace LiveComments.Stores;

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
