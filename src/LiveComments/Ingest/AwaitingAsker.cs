namespace LiveComments.Ingest;

/// <summary>An asker with one request, whose answer is awaited. It does not wait for a place in a full queue.</summary>
internal sealed class AwaitingAsker<TOutcome>(string door) : Asker
{
    private readonly Awaited<TOutcome> _answer = new();

    public override string Door => door;

    /// <summary>To be awaited once.</summary>
    public ValueTask<TOutcome> Outcome => _answer.Task;

    public override void Answer(in CommentRequest request, in CommentOutcome outcome) => Set(outcome);

    public override void Answer(in ReactionRequest request, in ReactionOutcome outcome) => Set(outcome);

    private void Set<TGiven>(TGiven outcome)
    {
        if (outcome is TOutcome answer)
            _answer.Set(answer);
    }
}
