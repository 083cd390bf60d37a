namespace LiveComments.Stores;

/// <summary>What can be wrong with a store, the worst last.</summary>
public enum StoreCondition
{
    /// <summary>It accepts no writes; the server's log says why. Reads go on.</summary>
    Failing,

    /// <summary>The disk is full: nothing is stored until there is room. Reads go on.</summary>
    Full,

    /// <summary>A part is unreadable. The rest works. This condition stays until the store is opened again.</summary>
    Damaged,

    /// <summary>The open files are not those that the next start would open, so nothing is stored. Reads go on.</summary>
    Lost,
}
