using System.Runtime.CompilerServices;

namespace LiveComments.Cassandra.Cql;

/// <summary>A statement that is prepared when it is first used. It names the keyspace of every table.</summary>
/// <param name="isRepeatable">True when it may be asked again after nobody knows whether it was done: of reads, and of writes of values that do not depend on what is there.</param>
/// <param name="pageSize">Rows of one answer at most; 0 for all.</param>
/// <param name="name">For metrics; by default that of the property that has it.</param>
internal sealed class Statement(string cql, Consistency consistency, Consistency? serial = null, bool isRepeatable = false, int pageSize = 0, [CallerMemberName] string name = "")
{
    private volatile Prepared? _prepared;

    public string Name => name;

    public string Cql => cql;

    public Consistency Consistency => consistency;

    /// <summary>Of the conditional part.</summary>
    public Consistency? Serial => serial;

    public bool IsRepeatable => isRepeatable;

    public int PageSize => pageSize;

    /// <summary>Null before its first use.</summary>
    public Prepared? Prepared
    {
        get => _prepared;
        set => _prepared = value;
    }
}
