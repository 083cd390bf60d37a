using System.Threading.Channels;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using LiveComments.Akka.Messages;
using LiveComments.Ingest;
using LiveComments.Telemetry;

namespace LiveComments.Akka;

/// <summary>
/// A gate's comments, or its reactions: a bounded queue, of which everything that waits becomes one ask to the event's actor. So batches grow by themselves exactly when the store is slower
/// than its callers.
/// </summary>
internal sealed class GateQueue<TDraft, TResult>
{
    /// <summary>What comes less apart waits for what is under way and becomes one ask, which costs less for each.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(1);

    private readonly EngineParts _parts;
    private readonly IActorRef _events;
    private readonly int _sideBySide;
    private readonly Func<IReadOnlyList<TDraft>, AskNumber, TimeSpan, StoreRequest<TDraft>> _request;
    private readonly Func<Error, TResult> _refuse;
    private readonly Channel<Placement<TDraft, TResult>> _waiting;
    private readonly long _gate = Random.Shared.NextInt64();
    private readonly SortedSet<long> _numbers = [];
    private long _number;
    private Task _asked = Task.CompletedTask;
    private long _askedAt;
    private int _unanswered;

    /// <param name="limit">Drafts that may wait.</param>
    /// <param name="batch">Drafts of one ask at most.</param>
    /// <param name="sideBySide">Drafts that may be asked for in several asks; beyond it there is one ask at a time.</param>
    /// <param name="request">Makes the message, with the time that it may wait.</param>
    /// <param name="refuse">Makes a result of an error.</param>
    public GateQueue(
        EngineParts parts, IActorRef events, IMaterializer materializer, int limit, int batch, int sideBySide,
        Func<IReadOnlyList<TDraft>, AskNumber, TimeSpan, StoreRequest<TDraft>> request, Func<Error, TResult> refuse)
    {
        (_parts, _events, _sideBySide, _request, _refuse) = (parts, events, sideBySide, request, refuse);
        Places = new Places(limit, parts.Time);
        _waiting = Channel.CreateBounded<Placement<TDraft, TResult>>(limit);
        Ended = Drain.From(_waiting.Reader, batch, MayAskAsync)
            .SelectAsync(Math.Max(1, sideBySide), AskAsync)
            .RunForeach(Answer, materializer);
    }

    /// <summary>Done when it is closed and everything is answered.</summary>
    public Task Ended { get; }

    public int Waiting => _waiting.Reader.Count;

    /// <summary>The places of the queue, also of what is still on its way to it.</summary>
    public Places Places { get; }

    public bool IsIdle => Places.AreAllFree && Volatile.Read(ref _unanswered) == 0;

    /// <summary>Queues what holds a place; false when the queue has closed.</summary>
    public bool TryPost(Placement<TDraft, TResult> placement)
    {
        placement.QueuedAt = _parts.Time.GetTimestamp();
        return _waiting.Writer.TryWrite(placement);
    }

    /// <summary>Takes nothing more; what waits is still asked for.</summary>
    public void Close() => _waiting.Writer.TryComplete();

    /// <summary>What comes alone goes on at once, beside a few others; of many, one ask is under way at a time.</summary>
    private ValueTask MayAskAsync() =>
        Volatile.Read(ref _unanswered) < _sideBySide && _parts.Time.GetElapsedTime(_askedAt) >= Apart ? default : new ValueTask(_asked);

    private Task<Asking> AskAsync(List<Placement<TDraft, TResult>> waiting)
    {
        Places.GiveBack(waiting.Count);
        var asking = new Asking();
        var drafts = new List<TDraft>(waiting.Count);
        foreach (var placement in waiting)
            if (Left(placement) > TimeSpan.Zero)
            {
                if (Tracing.IsOn)
                    placement.Reached("gate");
                asking.Placements.Add(placement);
                drafts.Add(placement.Draft);
            }
            else
                placement.Complete(_refuse(Error.Busy));
        if (drafts.Count == 0)
            return Task.FromResult(asking);
        Interlocked.Add(ref _unanswered, drafts.Count);
        _askedAt = _parts.Time.GetTimestamp();
        var asked = AskForAsync(asking, drafts);
        _asked = asked;
        return asked;
    }

    /// <summary>
    /// Asks, and asks the same again when no answer comes: where a shard moves, a request or its answer may be lost. Ids and number stay, so that nothing is placed twice.
    /// </summary>
    private async Task<Asking> AskForAsync(Asking asking, List<TDraft> drafts)
    {
        var began = _parts.Time.GetTimestamp();
        var number = Begin();
        try
        {
            for (var at = Number(number); asking.Results is null && _parts.Options.AnswerWithin - _parts.Time.GetElapsedTime(began) is { Ticks: > 0 } left; at = Number(number) with { IsRepeat = true })
                try
                {
                    var wait = _parts.Options.AskAgainAfter < left ? _parts.Options.AskAgainAfter : left;
                    asking.Results = (await _events.Ask<Stored<TResult>>(_request(drafts, at, at.IsRepeat ? left : Left(asking.Placements[0])), wait)).Results;
                }
                catch (AskTimeoutException)
                {
                    // It was sent, so it may be stored: the same key settles it.
                }
        }
        finally
        {
            lock (_numbers)
                _numbers.Remove(number);
            Interlocked.Add(ref _unanswered, -drafts.Count);
        }
        return asking;
    }

    private long Begin()
    {
        lock (_numbers)
        {
            _numbers.Add(++_number);
            return _number;
        }
    }

    private AskNumber Number(long number)
    {
        // On one node no request is lost, so none waits for an earlier one.
        if (_parts.Options.AskAgainAfter >= _parts.Options.AnswerWithin)
            return new AskNumber(_gate, number, number);
        lock (_numbers)
            return new AskNumber(_gate, number, _numbers.Min);
    }

    private void Answer(Asking asked)
    {
        for (var i = 0; i < asked.Placements.Count; i++)
            asked.Placements[i].Complete(asked.Results is null ? _refuse(Error.OutcomeUnknown) : asked.Results[i]);
    }

    private TimeSpan Left(Placement<TDraft, TResult> placement) => _parts.Options.MaxWait - _parts.Time.GetElapsedTime(placement.QueuedAt);

    /// <summary>One ask, and whoever waits for its answer.</summary>
    private sealed class Asking
    {
        public List<Placement<TDraft, TResult>> Placements { get; } = [];

        /// <summary>Null when the answer did not come in time.</summary>
        public IReadOnlyList<TResult>? Results { get; set; }
    }
}
