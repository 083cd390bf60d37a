using System.ComponentModel.DataAnnotations;

namespace LiveComments.Akka;

/// <summary>The work an event takes at a time: section <c>LiveComments:Engine</c>.</summary>
public sealed class EngineOptions
{
    /// <summary>Comments that may wait for their event on one node. At 20,000 a second this is 0.2 s of work; more would only make answers late.</summary>
    [Range(16, 1_000_000)]
    public int CommentQueue { get; set; } = 4_096;

    /// <summary>
    /// Comments placed in one transaction at most. Alone 512 would do, but a transaction that also carries <see cref="ReactionBatch"/> reactions takes a seventh of a
    /// second, and 512 in that time would be all that the event takes.
    /// </summary>
    [Range(1, 10_000)]
    public int CommentBatch { get; set; } = 4_096;

    /// <summary>Reactions that may wait for their event on one node; they are ten times as frequent as comments and cheaper.</summary>
    [Range(16, 1_000_000)]
    public int ReactionQueue { get; set; } = 32_768;

    /// <summary>
    /// Reactions applied in one transaction at most. Those to one comment share the writing of its counts: beside 16,500 comments a second an event takes 57,000 reactions with 8,192
    /// and 37,000 with 4,096, where people react to a thousand comments at once.
    /// </summary>
    [Range(1, 100_000)]
    public int ReactionBatch { get; set; } = 8_192;

    /// <summary>
    /// What has waited this long is answered <c>busy</c> instead of being placed, so that every request is answered within 2 s: before it a socket may be left unread for
    /// as long, behind it come the commit under way and its own.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>An event's actor and gate that nobody needs stop after this time.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan IdleStop { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Longer than a store takes to answer or to say that it does not. On one node only a failed actor keeps an answer back that long.
    /// </summary>
    internal TimeSpan AnswerWithin { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>After this time without an answer the same is asked again. Never on one node, where no message is lost.</summary>
    internal TimeSpan AskAgainAfter { get; set; } = TimeSpan.MaxValue;

    /// <summary>How long a node of a cluster asks for the answer of an event's actor, wherever that is; null on one node, where only the store can be late.</summary>
    public TimeSpan? NodeAnswersWithin => AskAgainAfter < AnswerWithin ? AnswerWithin : null;

    /// <summary>A HOCON file that is read before the built-in one (<c>hocon/livecomments.conf</c>), for Akka's own tuning. Empty for none.</summary>
    public string Hocon { get; set; } = "";
}
