namespace LiveComments.Analytics;

/// <summary>The length of the intervals of a series, in seconds. Numbers are stored: never change them.</summary>
public enum AnalyticsStep
{
    Second = 1,
    Minute = 60,
    Hour = 3_600,
}
