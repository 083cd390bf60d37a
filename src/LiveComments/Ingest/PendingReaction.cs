using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Reactions;

namespace LiveComments.Ingest;

/// <summary>A reaction, or a vote, on its way through the stages of ingest.</summary>
public sealed class PendingReaction(Asker asker, ReactionRequest request, IngestMetrics metrics) : Placement<ReactionDraft, ReactionResult>, IPending
{
    public ReactionRequest Request => request;

    /// <inheritdoc cref="Asker.IsLimited"/>
    public bool IsLimited => asker.IsLimited;

    public LiveEvent Event { get; private set; } = null!;

    public Caller Caller { get; private set; } = null!;

    /// <summary>Null takes back whatever was given. Known after validation.</summary>
    public ReactionType? Type { get; set; }

    /// <summary>What it took from its author's rate limit.</summary>
    public Permit Permit { get; set; }

    public override ReactionDraft Draft => request.Vote is { } vote ? ReactionDraft.Of(Caller.UserId, vote) : new(request.Comment!.Value, Caller.UserId, Type);

    public void GivenBy(LiveEvent liveEvent, Caller caller) => (Event, Caller) = (liveEvent, caller);

    public void Refuse(Refusal refusal)
    {
        Permit.Refused(refusal.Error);
        Count(refusal.Error.Code);
        asker.Answer(request, new ReactionOutcome(refusal));
    }

    public override void Complete(ReactionResult result)
    {
        if (result.Error is { } error)
        {
            Refuse(new Refusal(error));
            return;
        }
        Count("stored");
        asker.Answer(request, new ReactionOutcome(null, result.Tally, result.Votes));
    }

    private void Count(string outcome)
    {
        if (request.Vote is null)
            metrics.Reaction(asker.Door, outcome);
        else
            metrics.Vote(asker.Door, outcome);
    }
}
