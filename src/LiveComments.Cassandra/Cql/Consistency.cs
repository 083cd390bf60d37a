namespace LiveComments.Cassandra.Cql;

/// <summary>How many replicas must answer (native protocol v4, 3): those that this program uses.</summary>
internal enum Consistency : ushort
{
    One = 0x01,
    Quorum = 0x04,
    All = 0x05,
    LocalQuorum = 0x06,

    /// <summary>The order of conditional writes in all data centres.</summary>
    Serial = 0x08,

    /// <summary>The order of conditional writes in the data centre of the node that is asked.</summary>
    LocalSerial = 0x09,
    LocalOne = 0x0A,
}
