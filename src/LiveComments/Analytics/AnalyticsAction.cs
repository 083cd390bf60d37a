namespace LiveComments.Analytics;

/// <summary>What a row of analytics tells of. Numbers are written to the spool: never change them.</summary>
public enum AnalyticsAction : byte
{
    /// <summary>A comment was placed that begins a thread.</summary>
    Comment = 1,

    /// <summary>A comment was placed that answers another.</summary>
    Reply = 2,

    /// <summary>A comment was removed.</summary>
    Removed = 3,

    /// <summary>A removed comment is back.</summary>
    Restored = 4,

    /// <summary>Reactions were given or, with a negative count, taken back.</summary>
    Reactions = 5,

    /// <summary>A comment was refused; the reason is the error's code.</summary>
    Refused = 6,

    /// <summary>A comment was held, or is seen only by its author; the reason says what found it.</summary>
    Held = 7,

    /// <summary>A comment was placed and its author answered; tells of the time that it took, and from where it was written.</summary>
    Answered = 8,

    /// <summary>Comments were shown to viewers; the count is comments times viewers.</summary>
    Delivered = 9,

    /// <summary>So many people watch; of the counts of an interval, the highest holds.</summary>
    Viewers = 10,
}
