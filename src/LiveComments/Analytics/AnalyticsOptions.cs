using System.ComponentModel.DataAnnotations;

namespace LiveComments.Analytics;

/// <summary>What is counted of events, for their statistics: section <c>LiveComments:Analytics</c>.</summary>
public sealed class AnalyticsOptions
{
    /// <summary>Whether anything is counted. What is switched off for one event only stands in its analytics configuration.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Rows that this node keeps in memory while the store is busy or away, about 150 bytes each; 1,000 to 10,000,000. Whatever does not fit is not counted.</summary>
    [Range(1_000, 10_000_000)]
    public int Queue { get; set; } = 65_536;

    /// <summary>Bytes on disk for rows that do not fit into memory while the store is away; 0 to 100 GB. With 0, nothing is written to disk.</summary>
    [Range(0, 100_000_000_000)]
    public long Spool { get; set; } = 64 * 1024 * 1024;

    /// <summary>The folder of the spool; set by the server.</summary>
    internal string SpoolFolder { get; set; } = "";

    /// <summary>How often rows are written. What happens in between is one transaction.</summary>
    internal TimeSpan Every { get; } = TimeSpan.FromSeconds(2);
}
