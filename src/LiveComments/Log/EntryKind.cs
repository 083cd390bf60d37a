namespace LiveComments.Log;

/// <summary>What stands in a row of a log. Numbers are stored: never change them.</summary>
public enum EntryKind : byte
{
    Comment = 1,
    Removal = 2,
    Settings = 3,
    Status = 4,
    Pin = 5,
    Restoration = 6,
    Card = 7,
}
