using System.ComponentModel.DataAnnotations;

namespace LiveComments.Ingest;

/// <summary>The stages between every door and the events: section <c>LiveComments:Ingest</c>.</summary>
public sealed class IngestOptions
{
    /// <summary>Requests, or reads of sockets, that may wait for the stages on this node. They take about 10 us each, so this is a twentieth of a second.</summary>
    [Range(16, 1_000_000)]
    public int Queue { get; set; } = 4_096;

    /// <summary>Requests that may wait for a look-up or a slow scorer beside each other. Beyond it the stages stop, and the queue fills.</summary>
    [Range(1, 100_000)]
    public int Waiting { get; set; } = 1_024;

    /// <summary>How long one scorer may think about a comment. One that takes longer has no say, and the comment goes on without its score.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:01")]
    public TimeSpan ScoringBudget { get; set; } = TimeSpan.FromMilliseconds(50);
}
