using Akka.Actor;
using LiveComments.Akka.Messages;

namespace LiveComments.Akka;

/// <summary>What somebody asked an event's actor.</summary>
/// <param name="at">When it arrived, a timestamp of this node's clock.</param>
internal sealed class Asked<TDraft>(StoreRequest<TDraft> request, IActorRef by, long at)
{
    public StoreRequest<TDraft> Request => request;

    /// <summary>Who waits for the answer: whoever asked last, when the same was asked again.</summary>
    public IActorRef By { get; set; } = by;

    public long At => at;

    /// <summary>An error that says that nothing was stored, unless an earlier try may have been.</summary>
    public Error Sure(Error error) => request.At.IsRepeat && (error == Error.Busy || error == Error.StoreUnavailable) ? Error.OutcomeUnknown : error;
}
