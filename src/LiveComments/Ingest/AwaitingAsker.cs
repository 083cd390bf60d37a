using LiveComments.Rooms;

namespace LiveComments.Ingest;

/// <summary>Somebody who asks for one thing and awaits the answer. A queue that is full does not keep them waiting.</summary>
internal sealed class AwaitingAsker(string door) : Asker
{
    private readonly Awaited<CommentOutcome> _comment = new();
    private readonly Awaited<ReactionOutcome> _reaction = new();

    public override string Door => door;

    /// <summary>To be awaited once.</summary>
    public ValueTask<CommentOutcome> Comment => _comment.Task;

    /// <summary>To be awaited once.</summary>
    public ValueTask<ReactionOutcome> Reaction => _reaction.Task;

    public override void Answer(in CommentRequest request, in CommentOutcome outcome, bool last) => _comment.Set(outcome, inline: last);

    public override void Answer(in ReactionRequest request, in ReactionOutcome outcome, bool last) => _reaction.Set(outcome, inline: last);
}
