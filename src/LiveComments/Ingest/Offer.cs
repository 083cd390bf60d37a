using Microsoft.Extensions.Logging;

namespace LiveComments.Ingest;

/// <summary>
/// What a door hands over at once: one request, or all that one read of a socket brought. The stages of ingest take out what they refuse; what is left waits in its event's queue in the
/// end. Every request is answered once.
/// </summary>
/// <param name="cancelled">Cancelled when nobody waits for the answers any more.</param>
public sealed partial class Offer(Asker asker, IngestMetrics metrics, TimeProvider time, ILogger logger, CancellationToken cancelled = default)
{
    private readonly Awaited<bool> _decided = new();

    public Asker Asker => asker;

    /// <summary>Cancelled when nobody waits for the answers any more.</summary>
    public CancellationToken Cancelled => cancelled;

    /// <summary>The comments that are not refused so far.</summary>
    public List<PendingComment> Comments { get; } = [];

    /// <summary>The reactions that are not refused so far.</summary>
    public List<PendingReaction> Reactions { get; } = [];

    public bool IsEmpty => Comments.Count == 0 && Reactions.Count == 0;

    /// <summary>The event that all of it is for. Known once it is handed over.</summary>
    public EventId Event { get; private set; }

    /// <summary>The places that it holds in its event's queues.</summary>
    public (int Comments, int Reactions) Places { get; set; }

    /// <summary>When it was handed over, a timestamp of this node's clock.</summary>
    public long AskedAt { get; private set; }

    /// <summary>True when somebody awaits <see cref="Decided"/>; set before the offer is handed over.</summary>
    public bool IsAwaited { get; set; }

    /// <summary>Done when the stages are. To be awaited once.</summary>
    public ValueTask<bool> Decided => _decided.Task;

    /// <param name="answerTo">Gets the answer; null for <see cref="Asker"/>.</param>
    public void Add(in CommentRequest request, Asker? answerTo = null) => Comments.Add(new PendingComment(answerTo ?? asker, request, metrics, time));

    /// <inheritdoc cref="Add(in CommentRequest, Asker?)"/>
    public void Add(in ReactionRequest request, Asker? answerTo = null) => Reactions.Add(new PendingReaction(answerTo ?? asker, request, metrics));

    /// <summary>It is handed over now.</summary>
    public void Ask()
    {
        AskedAt = time.GetTimestamp();
        Event = Comments.Count > 0 ? Comments[0].Event.Id : Reactions[0].Event.Id;
    }

    /// <summary>The stages are done.</summary>
    public void Decide()
    {
        if (IsAwaited)
            _decided.Set(true);
    }

    /// <summary>Runs a stage that need not wait: what it refuses is answered and goes no further.</summary>
    /// <param name="refused">Told of each refusal; null for nobody.</param>
    public void Pass(Func<PendingComment, Refusal?> comments, Func<PendingReaction, Refusal?> reactions, Action? refused = null)
    {
        Keep(Comments, comments, refused);
        Keep(Reactions, reactions, refused);
    }

    /// <summary>Runs a stage that may have to wait for a look-up, one request after the other.</summary>
    /// <inheritdoc cref="Pass"/>
    public async ValueTask PassAsync(Func<PendingComment, CancellationToken, ValueTask<Refusal?>> comments, Func<PendingReaction, CancellationToken, ValueTask<Refusal?>> reactions, Action? refused = null)
    {
        await KeepAsync(Comments, comments, refused);
        await KeepAsync(Reactions, reactions, refused);
    }

    /// <summary>Refuses all that is left.</summary>
    public void Refuse(Error error) => Pass(_ => new Refusal(error), _ => new Refusal(error));

    private void Keep<T>(List<T> pending, Func<T, Refusal?> stage, Action? refused) where T : IPending
    {
        var kept = 0;
        for (var i = 0; i < pending.Count; i++)
        {
            Refusal? refusal;
            try
            {
                refusal = stage(pending[i]);
            }
            catch (Exception e)
            {
                refusal = RefusalOf(e);
            }
            if (!IsRefused(pending[i], refusal, refused))
                pending[kept++] = pending[i];
        }
        pending.RemoveRange(kept, pending.Count - kept);
    }

    private async ValueTask KeepAsync<T>(List<T> pending, Func<T, CancellationToken, ValueTask<Refusal?>> stage, Action? refused) where T : IPending
    {
        var kept = 0;
        for (var i = 0; i < pending.Count; i++)
        {
            Refusal? refusal;
            try
            {
                refusal = await stage(pending[i], cancelled);
            }
            catch (Exception e)
            {
                refusal = RefusalOf(e);
            }
            if (!IsRefused(pending[i], refusal, refused))
                pending[kept++] = pending[i];
        }
        pending.RemoveRange(kept, pending.Count - kept);
    }

    private static bool IsRefused(IPending pending, Refusal? refusal, Action? refused)
    {
        if (refusal is not { } why)
            return false;
        refused?.Invoke();
        pending.Refuse(why);
        return true;
    }

    private Refusal RefusalOf(Exception e)
    {
        // A look-up that is cancelled has stored nothing, and nobody waits for the answer.
        if (e is StoreUnavailableException or OperationCanceledException)
            return new Refusal(Error.StoreUnavailable);
        LogFailed(logger, e);
        return new Refusal(Error.Internal);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A stage of ingest failed with a request; it is refused")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
