using System.Threading.Channels;
using Akka;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using LiveComments.Akka.Messages;
using LiveComments.Ingest;
using LiveComments.Log;
using LiveComments.Reactions;

namespace LiveComments.Akka;

/// <summary>
/// Gathers what this node's doors admitted for one event, and asks the event's actor to place it. Comments and reactions have windows of their own. What waits is one ask, so that batches
/// grow by themselves exactly when the store is slower than its callers.
/// </summary>
internal sealed class EventGate
{
    /// <summary>Comments that come less apart wait for those under way and become one ask, which costs less for each.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(1);

    private readonly EventId _id;
    private readonly EngineParts _parts;
    private readonly IActorRef _events;
    private readonly Channel<Placement> _comments;
    private readonly Channel<ReactionPlacement> _reactions;
    private Task _asked = Task.CompletedTask;
    private long _askedAt;
    private long _usedAt;
    private int _unanswered;

    public EventGate(EventId id, EngineParts parts, IActorRef events, IMaterializer materializer)
    {
        (_id, _parts, _events) = (id, parts, events);
        _comments = Channel.CreateBounded<Placement>(parts.Options.CommentQueue);
        _reactions = Channel.CreateBounded<ReactionPlacement>(parts.Options.ReactionQueue);
        Touch();
        var comments = Waiting(_comments.Reader, parts.Options.CommentBatch, MayAskAsync)
            .SelectAsync(EventActor.SideBySide, PlaceAsync)
            .RunForeach(Answer, materializer);
        var reactions = Waiting(_reactions.Reader, parts.Options.ReactionBatch, static () => default)
            .SelectAsync(1, ReactAsync)
            .RunForeach(Answer, materializer);
        Ended = EndAsync(comments, reactions);
    }

    /// <summary>Done when the gate is closed and everything is answered.</summary>
    public Task Ended { get; }

    public int CommentsWaiting => _comments.Reader.Count;

    public int ReactionsWaiting => _reactions.Reader.Count;

    /// <summary>True once it takes nothing more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>False when the queue is full or the gate has closed.</summary>
    public bool TryPost(Placement placement)
    {
        placement.PostedAt = Touch();
        return _comments.Writer.TryWrite(placement);
    }

    /// <inheritdoc cref="TryPost(Placement)"/>
    public bool TryPost(ReactionPlacement placement)
    {
        placement.PostedAt = Touch();
        return _reactions.Writer.TryWrite(placement);
    }

    /// <summary>Waits for a place; false when none came in time, or the gate has closed.</summary>
    public ValueTask<bool> PostAsync(Placement placement, TimeSpan patience)
    {
        placement.PostedAt = Touch();
        return WriteAsync(_comments.Writer, placement, patience);
    }

    /// <inheritdoc cref="PostAsync(Placement, TimeSpan)"/>
    public ValueTask<bool> PostAsync(ReactionPlacement placement, TimeSpan patience)
    {
        placement.PostedAt = Touch();
        return WriteAsync(_reactions.Writer, placement, patience);
    }

    /// <summary>Closes when nobody has posted for a while and nothing waits.</summary>
    public bool TryCloseIdle()
    {
        if (CommentsWaiting > 0 || ReactionsWaiting > 0 || Volatile.Read(ref _unanswered) > 0 || _parts.Time.GetElapsedTime(Volatile.Read(ref _usedAt)) < _parts.Options.IdleStop)
            return false;
        Close();
        return true;
    }

    /// <summary>Takes nothing more; what waits is still placed.</summary>
    public void Close()
    {
        IsClosed = true;
        _comments.Writer.TryComplete();
        _reactions.Writer.TryComplete();
    }

    private long Touch()
    {
        var now = _parts.Time.GetTimestamp();
        Volatile.Write(ref _usedAt, now);
        return now;
    }

    /// <summary>Everything that waits, as one element whenever the stream asks for the next.</summary>
    private static Source<List<T>, NotUsed> Waiting<T>(ChannelReader<T> reader, int batch, Func<ValueTask> ready) =>
        Source.UnfoldAsync(NotUsed.Instance, async state =>
        {
            if (!await reader.WaitToReadAsync())
                return global::Akka.Util.Option<(NotUsed, List<T>)>.None;
            await ready();
            var taken = new List<T>(Math.Min(batch, reader.Count));
            while (taken.Count < batch && reader.TryRead(out var one))
                taken.Add(one);
            return (state, taken);
        });

    private async ValueTask<bool> WriteAsync<T>(ChannelWriter<T> writer, T item, TimeSpan patience)
    {
        using var timeout = new CancellationTokenSource(patience, _parts.Time);
        try
        {
            while (await writer.WaitToWriteAsync(timeout.Token))
                if (writer.TryWrite(item))
                    return true;
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>A comment that comes alone goes on at once, beside a few others; of many, one ask is under way at a time.</summary>
    private ValueTask MayAskAsync() =>
        Volatile.Read(ref _unanswered) < EventActor.SideBySide && _parts.Time.GetElapsedTime(_askedAt) >= Apart ? default : new ValueTask(_asked);

    private Task<Asking<Placement, AppendResult>> PlaceAsync(List<Placement> waiting)
    {
        var asking = new Asking<Placement, AppendResult>();
        var drafts = new List<EntryDraft>(waiting.Count);
        foreach (var placement in waiting)
            if (Left(placement.PostedAt) > TimeSpan.Zero)
            {
                asking.Placements.Add(placement);
                drafts.Add(placement.Draft);
            }
            else
                placement.Complete(new AppendResult.Refused(Error.Busy));
        if (drafts.Count == 0)
            return Task.FromResult(asking);
        Interlocked.Add(ref _unanswered, drafts.Count);
        _askedAt = _parts.Time.GetTimestamp();
        var asked = AskAsync();
        _asked = asked;
        return asked;

        async Task<Asking<Placement, AppendResult>> AskAsync()
        {
            try
            {
                asking.Results = (await _events.Ask<Stored<AppendResult>>(new Place(_id, drafts, Left(asking.Placements[0].PostedAt)), _parts.Options.AnswerWithin)).Results;
            }
            catch (AskTimeoutException)
            {
                // It was sent, so it may be placed: the same key settles it.
            }
            finally
            {
                Interlocked.Add(ref _unanswered, -drafts.Count);
            }
            return asking;
        }
    }

    private async Task<Asking<ReactionPlacement, ReactionResult>> ReactAsync(List<ReactionPlacement> waiting)
    {
        var asking = new Asking<ReactionPlacement, ReactionResult>();
        var drafts = new List<ReactionDraft>(waiting.Count);
        foreach (var placement in waiting)
            if (Left(placement.PostedAt) > TimeSpan.Zero)
            {
                asking.Placements.Add(placement);
                drafts.Add(placement.Draft);
            }
            else
                placement.Complete(new ReactionResult(default, Error.Busy));
        if (drafts.Count == 0)
            return asking;
        Interlocked.Add(ref _unanswered, drafts.Count);
        try
        {
            asking.Results = (await _events.Ask<Stored<ReactionResult>>(new React(_id, drafts, Left(asking.Placements[0].PostedAt)), _parts.Options.AnswerWithin)).Results;
        }
        catch (AskTimeoutException)
        {
            // As with comments.
        }
        finally
        {
            Interlocked.Add(ref _unanswered, -drafts.Count);
        }
        return asking;
    }

    private static void Answer(Asking<Placement, AppendResult> asked)
    {
        for (var i = 0; i < asked.Placements.Count; i++)
            asked.Placements[i].Complete(asked.Results?[i] ?? new AppendResult.Refused(Error.OutcomeUnknown));
    }

    private static void Answer(Asking<ReactionPlacement, ReactionResult> asked)
    {
        for (var i = 0; i < asked.Placements.Count; i++)
            asked.Placements[i].Complete(asked.Results?[i] ?? new ReactionResult(default, Error.OutcomeUnknown));
    }

    private TimeSpan Left(long postedAt) => _parts.Options.MaxWait - _parts.Time.GetElapsedTime(postedAt);

    private async Task EndAsync(params Task[] streams)
    {
        try
        {
            await Task.WhenAll(streams);
        }
        catch (Exception e)
        {
            // A stream that fails has lost what was in it.
            Close();
            _parts.Fault.Raise(e);
        }
    }

    /// <summary>One ask, and whoever waits for its answer.</summary>
    private sealed class Asking<TPlacement, TResult>
    {
        public List<TPlacement> Placements { get; } = [];

        /// <summary>Null when the answer did not come in time.</summary>
        public IReadOnlyList<TResult>? Results { get; set; }
    }
}
