namespace LiveComments.PostgreSql;

/// <summary>What stands in a row of <c>entries</c>. Numbers are stored.</summary>
internal enum EntryKind : byte
{
    Comment = 1,
    Removal = 2,
    Settings = 3,
    Status = 4,
    Pin = 5,
}
