using Akka.Actor;
using LiveComments.Akka.Messages;
using LiveComments.Nodes;

namespace LiveComments.Akka;

/// <summary>
/// What an event's actor was asked of one kind: what waits, and what is under way to the store. While much is under way, what waits is gathered for the next call. Calls end in the order in
/// which they began, so that what comes later is shown and answered later.
/// </summary>
/// <param name="batch">Drafts of one call at most.</param>
/// <param name="sideBySide">Drafts that may be under way in several calls; beyond it there is one call at a time.</param>
/// <param name="refuse">Makes a result of an error.</param>
/// <param name="isOvertaken">Whether another node may have stored something newer, so that what waits must be refused; null where that does no harm.</param>
internal sealed class StoreLane<TDraft, TResult>(int batch, int sideBySide, Func<Error, TResult> refuse, TimeProvider time, Func<bool>? isOvertaken = null)
{
    private readonly Queue<Asked<TDraft>> _waiting = new();
    private readonly Queue<StoreCall<TDraft, TResult>> _underWay = new();
    private readonly AskOrder<TDraft> _order = new();
    private readonly Dictionary<(long Gate, long Number), Asked<TDraft>> _unanswered = [];
    private int _drafts;

    /// <summary>How many drafts wait and are under way.</summary>
    public DraftQueue Queue => new(_waiting.Sum(static asked => asked.Request.Drafts.Count), _drafts);

    public bool IsIdle => _waiting.Count == 0 && _underWay.Count == 0;

    /// <summary>Takes a request, after those of the same gate that come before it. One that is here already is answered once, to whoever asked last.</summary>
    public void Add(StoreRequest<TDraft> asked, IActorRef asker)
    {
        var now = time.GetTimestamp();
        foreach (var (request, by) in _order.Take(asked, asker, time, now))
        {
            var key = (request.At.Gate, request.At.Number);
            if (_unanswered.TryGetValue(key, out var known))
                known.By = by;
            else
                _waiting.Enqueue(_unanswered[key] = new(request, by, now));
        }
    }

    /// <summary>Gives the calls that may begin now. What has waited too long is answered instead.</summary>
    public IEnumerable<StoreCall<TDraft, TResult>> Begin()
    {
        while (_waiting.Count > 0 && (_drafts == 0 || _drafts + _waiting.Peek().Request.Drafts.Count <= sideBySide))
        {
            var (asked, drafts) = (new List<Asked<TDraft>>(), 0);
            while (_waiting.TryPeek(out var next) && (drafts == 0 || drafts + next.Request.Drafts.Count <= batch))
            {
                _waiting.Dequeue();
                if (time.GetElapsedTime(next.At) > next.Request.Budget || isOvertaken?.Invoke() is true)
                {
                    Refuse(next, Error.Busy);
                    continue;
                }
                asked.Add(next);
                drafts += next.Request.Drafts.Count;
            }
            if (drafts == 0)
                continue;
            var call = new StoreCall<TDraft, TResult>(asked, refuse);
            _underWay.Enqueue(call);
            _drafts += drafts;
            yield return call;
        }
    }

    /// <summary>Gives the calls whose turn it is to be shown and answered, now that one has ended.</summary>
    public IEnumerable<StoreCall<TDraft, TResult>> End(StoreCall<TDraft, TResult> ended)
    {
        if (!_underWay.Contains(ended))
            // Begun before a restart: it was answered then, and must still be shown.
            yield return ended;
        while (_underWay.TryPeek(out var call) && call.HasEnded)
        {
            _underWay.Dequeue();
            _drafts -= call.Drafts.Count;
            foreach (var asked in call.Asked)
                _unanswered.Remove((asked.Request.At.Gate, asked.Request.At.Number));
            yield return call;
        }
    }

    /// <summary>Answers everybody who waits.</summary>
    public void RefuseWaiting(Error error)
    {
        while (_waiting.TryDequeue(out var asked))
            Refuse(asked, error);
    }

    /// <summary>Answers everybody: what waits is not stored, what is under way may be.</summary>
    public void GiveUp()
    {
        RefuseWaiting(Error.Busy);
        foreach (var call in _underWay)
            call.Answer();
    }

    private void Refuse(Asked<TDraft> asked, Error error)
    {
        _unanswered.Remove((asked.Request.At.Gate, asked.Request.At.Number));
        Refuse(asked.Request, asked.By, asked.Sure(error));
    }

    public void Refuse(StoreRequest<TDraft> request, IActorRef by, Error error) => by.Tell(new Stored<TResult>([.. Enumerable.Repeat(refuse(error), request.Drafts.Count)]));
}
