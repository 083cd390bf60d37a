namespace LiveComments.Polls;

/// <summary>The names of a poll's states in requests and answers.</summary>
public static class PollNames
{
    public static string Name(this PollStatus status) => status switch
    {
        PollStatus.Open => "open",
        PollStatus.Closed => "closed",
        _ => "removed",
    };

    public static string Name(this PollResults results) => results == PollResults.Live ? "live" : "closed";

    /// <summary>Reads the exact lower-case name.</summary>
    public static bool TryParse(string? name, out PollResults results)
    {
        results = name == "closed" ? PollResults.Closed : PollResults.Live;
        return name == results.Name();
    }

    /// <inheritdoc cref="TryParse(string?, out PollResults)"/>
    public static bool TryParse(string? name, out PollStatus status)
    {
        status = name switch { "open" => PollStatus.Open, "closed" => PollStatus.Closed, _ => PollStatus.Removed };
        return name == status.Name();
    }
}
