namespace LiveComments.Ingest;

/// <summary>
/// Gets the answers to requests, once for each. Answers come on a thread that others wait for, so an implementation must be quick and must not throw.
/// </summary>
public abstract class Asker
{
    /// <summary>The door: one of <see cref="Doors"/>.</summary>
    public abstract string Door { get; }

    /// <summary>How long an offer may wait for places in full queues, in all; what has none by then is answered <see cref="Error.Busy"/>.</summary>
    public virtual TimeSpan Patience => TimeSpan.Zero;

    /// <summary>Whether rate limits, slow mode and the limit of repeated texts hold here. What a moderator set for one person holds at every door.</summary>
    public virtual bool IsLimited => true;

    public abstract void Answer(in CommentRequest request, in CommentOutcome outcome);

    /// <inheritdoc cref="Answer(in CommentRequest, in CommentOutcome)"/>
    public abstract void Answer(in ReactionRequest request, in ReactionOutcome outcome);
}
