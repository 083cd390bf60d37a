using System.Threading.Channels;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using LiveComments.Ingest;
using LiveComments.Telemetry;

namespace LiveComments.Akka;

/// <summary>
/// The pipeline between every door of this node and the events' gates. Offers that wait go through the stages together, as one element; one that has to wait for a look-up or a slow scorer
/// goes on alone when it is ready and holds up nobody.
/// </summary>
internal sealed class IngestGraph
{
    /// <summary>Offers of one element at most, so that the first of many does not wait long for the last.</summary>
    private const int Together = 256;

    private readonly Channel<Offer> _queue;
    private readonly EventGates _gates;
    private readonly EngineParts _parts;

    public IngestGraph(Stages stages, IngestOptions options, EventGates gates, EngineParts parts, IMaterializer materializer)
    {
        (_gates, _parts) = (gates, parts);
        _queue = Channel.CreateBounded<Offer>(options.Queue);
        Ended = EndAsync(Drain.From(_queue.Reader, Together, static () => default)
            .Select(Shed)
            .Select(Stage("validate", stages.Validate, Stages.Validate))
            .Select(Stage("limit", stages.Limit, stages.Limit))
            .Via(WaitingStage("identify", options.Waiting, stages.IdentifyAsync, stages.IdentifyAsync))
            .Via(WaitingStage("score", options.Waiting, stages.ScoreAsync, static (_, _) => default))
            .Select(Stage("decide", stages.Decide, static _ => null))
            .RunForeach(Route, materializer));
    }

    /// <summary>Done when it is closed and every offer is decided.</summary>
    public Task Ended { get; }

    /// <summary>Offers that wait for the stages.</summary>
    public int Waiting => _queue.Reader.Count;

    /// <summary>Takes nothing more; what waits still goes through the stages.</summary>
    public void Close() => _queue.Writer.TryComplete();

    /// <inheritdoc cref="IEngine.TakeAsync"/>
    public async ValueTask TakeAsync(Offer offer)
    {
        offer.Ask();
        // Whoever writes in an event whose queue is full waits here, before anything is spent on it, and holds up nobody else.
        offer.Places = (offer.Comments.Count, offer.Reactions.Count);
        var patience = offer.Asker.Patience;
        if (!await _gates.ReserveAsync(offer.Event, offer.Places.Comments, offer.Places.Reactions, patience))
        {
            offer.Refuse(Error.Busy);
            return;
        }
        if (!await _queue.Writer.WriteWithinAsync(offer, patience - _parts.Time.GetElapsedTime(offer.AskedAt), _parts.Time))
        {
            _gates.GiveBack(offer.Event, offer.Places.Comments, offer.Places.Reactions);
            offer.Refuse(Error.Busy);
            return;
        }
        if (offer.IsAwaited)
            await offer.Decided;
    }

    /// <summary>A stage that needs no look-up.</summary>
    private Func<List<Offer>, List<Offer>> Stage(string name, Func<PendingComment, Refusal?> comments, Func<PendingReaction, Refusal?> reactions)
    {
        var metrics = _parts.Metrics.Stage(name);
        return offers =>
        {
            var started = _parts.Time.GetTimestamp();
            foreach (var offer in offers)
            {
                metrics.In(offer);
                offer.Pass(comments, reactions, metrics.Refused);
            }
            metrics.Took(_parts.Time.GetElapsedTime(started));
            return offers;
        };
    }

    /// <summary>A stage that may have to wait. What need not wait goes on at once and together.</summary>
    /// <param name="waiting">Offers that may wait beside each other.</param>
    private Flow<List<Offer>, List<Offer>, NotUsed> WaitingStage(
        string name, int waiting, Func<PendingComment, CancellationToken, ValueTask<Refusal?>> comments, Func<PendingReaction, CancellationToken, ValueTask<Refusal?>> reactions)
    {
        var metrics = _parts.Metrics.Stage(name);
        return Flow.Create<List<Offer>>().SelectMany(Begin).SelectAsyncUnordered(waiting, static passing => passing);

        List<Task<List<Offer>>> Begin(List<Offer> offers)
        {
            var started = _parts.Time.GetTimestamp();
            var (ready, passing) = (new List<Offer>(offers.Count), new List<Task<List<Offer>>>());
            foreach (var offer in offers)
            {
                metrics.In(offer);
                var passed = offer.PassAsync(comments, reactions, metrics.Refused);
                if (passed.IsCompletedSuccessfully)
                    ready.Add(offer);
                else
                    passing.Add(FinishAsync(offer, passed, started));
            }
            metrics.Took(_parts.Time.GetElapsedTime(started));
            passing.Add(Task.FromResult(ready));
            return passing;
        }

        async Task<List<Offer>> FinishAsync(Offer offer, ValueTask passed, long started)
        {
            await passed;
            metrics.Took(_parts.Time.GetElapsedTime(started));
            return [offer];
        }
    }

    /// <summary>The first stage: what has waited too long for the stages goes through none of them.</summary>
    private List<Offer> Shed(List<Offer> offers)
    {
        foreach (var offer in offers)
            if (_parts.Time.GetElapsedTime(offer.AskedAt) > _parts.Options.MaxWait)
                offer.Refuse(Error.Busy);
        return offers;
    }

    /// <summary>The last stage: what is left waits in its event's queue.</summary>
    private void Route(List<Offer> offers)
    {
        foreach (var offer in offers)
        {
            if (Tracing.IsOn)
                offer.Comments.ForEach(static comment => comment.Reached("ingest"));
            _gates.GiveBack(offer.Event, offer.Places.Comments - offer.Comments.Count, offer.Places.Reactions - offer.Reactions.Count);
            foreach (var comment in offer.Comments)
                if (!_gates.TryPost(offer.Event, comment))
                    comment.Refuse(new Refusal(Error.Busy));
            foreach (var reaction in offer.Reactions)
                if (!_gates.TryPost(offer.Event, reaction))
                    reaction.Refuse(new Refusal(Error.Busy));
            offer.Decide();
        }
    }

    private async Task EndAsync(Task stream)
    {
        try
        {
            await stream;
        }
        catch (Exception e)
        {
            // A stream that fails has lost what was in it.
            Close();
            _parts.Fault.Raise(e);
        }
    }
}
