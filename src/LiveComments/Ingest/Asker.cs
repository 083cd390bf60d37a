namespace LiveComments.Ingest;

/// <summary>
/// Gets the answers to requests, once for each. Answers come on a thread that others wait for, so an implementation must be quick and must not throw.
/// </summary>
public abstract class Asker
{
    /// <summary>The door: one of <see cref="Doors"/>.</summary>
    public abstract string Door { get; }

    /// <summary>How long this asker may still wait for a place in a full queue. Called only when the queue is full.</summary>
    public virtual TimeSpan PatienceLeft() => TimeSpan.Zero;

    /// <summary>A queue had a place at once.</summary>
    public virtual void Flows()
    {
    }

    public abstract void Answer(in CommentRequest request, in CommentOutcome outcome);

    /// <inheritdoc cref="Answer(in CommentRequest, in CommentOutcome)"/>
    public abstract void Answer(in ReactionRequest request, in ReactionOutcome outcome);
}
