namespace LiveComments.Ingest;

/// <summary>
/// Whoever asks at a door and is told what became of it, once for each request. Answers come on the thread that has them, which others wait for: an answer
/// must be passed on quickly and must not throw.
/// </summary>
public abstract class Asker
{
    /// <summary>The door: one of <see cref="Doors"/>.</summary>
    public abstract string Door { get; }

    /// <summary>How long a full queue may still keep this asker waiting. Called only when it is full.</summary>
    public virtual TimeSpan PatienceLeft() => TimeSpan.Zero;

    /// <summary>A queue had a place at once.</summary>
    public virtual void Flows()
    {
    }

    /// <param name="last">The others of its batch have their answers: whoever waits for this one may go on within the call.</param>
    public abstract void Answer(in CommentRequest request, in CommentOutcome outcome, bool last);

    /// <inheritdoc cref="Answer(in CommentRequest, in CommentOutcome, bool)"/>
    public abstract void Answer(in ReactionRequest request, in ReactionOutcome outcome, bool last);
}
