namespace LiveComments.Cassandra.Cql;

/// <summary>What a column or a bind marker holds (native protocol v4, 4.2.5.2).</summary>
internal enum ColumnType : ushort
{
    Custom = 0x00,
    Ascii = 0x01,
    Bigint = 0x02,
    Blob = 0x03,
    Boolean = 0x04,
    Counter = 0x05,
    Int = 0x09,
    Timestamp = 0x0B,
    Uuid = 0x0C,
    Varchar = 0x0D,
    Timeuuid = 0x0F,
    Inet = 0x10,
    Smallint = 0x13,
    Tinyint = 0x14,
    List = 0x20,
    Map = 0x21,
    Set = 0x22,
    UserDefined = 0x30,
    Tuple = 0x31,
}
