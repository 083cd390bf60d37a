namespace LiveComments.Analytics;

/// <summary>What is kept of an event for analysis, as its analytics configuration says: the member <c>off</c> is <c>true</c>, or a list of what is switched off.</summary>
[Flags]
public enum Kept
{
    Nothing = 0,

    /// <summary>Comments, replies, removals and reactions, and how many people wrote: <c>comments</c>.</summary>
    Comments = 1,

    /// <summary>What was refused or held, and why: <c>refusals</c>.</summary>
    Refusals = 2,

    /// <summary>How long authors waited for their answers: <c>latency</c>.</summary>
    Latency = 4,

    /// <summary>How many people watch, and how much they were shown: <c>viewers</c>.</summary>
    Viewers = 8,

    /// <summary>With what kind of program people write: <c>platforms</c>.</summary>
    Platforms = 16,

    /// <summary>The words and emoji that are written most, found in the comments when somebody asks: <c>words</c>.</summary>
    Words = 32,

    /// <summary>From which countries and regions people write: <c>countries</c>.</summary>
    Countries = 64,

    All = Comments | Refusals | Latency | Viewers | Platforms | Words | Countries,
}
