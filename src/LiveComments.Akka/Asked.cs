using Akka.Actor;
using LiveComments.Akka.Messages;

namespace LiveComments.Akka;

/// <summary>What somebody asked an event's actor.</summary>
/// <param name="At">When it arrived, a timestamp of this node's clock.</param>
internal readonly record struct Asked<TDraft>(StoreRequest<TDraft> Request, IActorRef By, long At);
