using LiveComments.Rooms;

namespace LiveComments.Ingest;

/// <summary>Somebody who asks for one thing and awaits the answer. A queue that is full does not keep them waiting.</summary>
internal sealed class AwaitingAsker<TOutcome>(string door) : Asker
{
    private readonly Awaited<TOutcome> _answer = new();

    public override string Door => door;

    /// <summary>To be awaited once.</summary>
    public ValueTask<TOutcome> Outcome => _answer.Task;

    public override void Answer(in CommentRequest request, in CommentOutcome outcome, bool last) => Set(outcome, last);

    public override void Answer(in ReactionRequest request, in ReactionOutcome outcome, bool last) => Set(outcome, last);

    private void Set<TGiven>(TGiven outcome, bool last)
    {
        if (outcome is TOutcome answer)
            _answer.Set(answer, inline: last);
    }
}
