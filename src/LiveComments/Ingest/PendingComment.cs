using System.Diagnostics;
using LiveComments.Accounts;
using LiveComments.Analytics;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Moderation;
using LiveComments.Moderation.Rules;
using LiveComments.Telemetry;

namespace LiveComments.Ingest;

/// <summary>A comment on its way through the stages of ingest, each of which adds what it found out.</summary>
public sealed class PendingComment(Asker asker, CommentRequest request, IngestMetrics metrics, TimeProvider time) : Placement<EntryDraft, AppendResult>, IPending
{
    private readonly Activity? _trace = Tracing.IsOn ? Tracing.Begin("comment", time.GetUtcNow() - time.GetElapsedTime(request.ArrivedAt)) : null;
    private CommentDraft? _draft;
    private DateTimeOffset _stepStarted;

    public CommentRequest Request => request;

    /// <inheritdoc cref="Asker.IsLimited"/>
    public bool IsLimited => asker.IsLimited;

    /// <summary>The event, and its author's role in it.</summary>
    public LiveEvent Event { get; private set; } = null!;

    public Caller Caller { get; private set; } = null!;

    public Role Role { get; private set; }

    /// <summary>The text as it will be stored. Known after validation, as are <see cref="Parent"/> and <see cref="IsEarly"/>.</summary>
    public string Text { get; set; } = "";

    /// <summary>The comment that it answers; null for none.</summary>
    public CommentId? Parent { get; set; }

    /// <summary>True while the event takes comments before its start.</summary>
    public bool IsEarly { get; set; }

    /// <summary>Why its author may not write now; null when they may. An earlier try with the same key still gets its first answer.</summary>
    public Refusal? Barred { get; set; }

    /// <summary>What it took from its author's rate limit.</summary>
    public Permit Permit { get; set; }

    /// <summary>When its author's account was made. Known after its author is identified.</summary>
    public DateTimeOffset AuthorSince { get; set; }

    /// <summary>Whether nobody but its author is to see it. Known after its author is identified, as is <see cref="IsTrusted"/>.</summary>
    public bool IsShadowed { get; set; }

    /// <summary>Whether moderators have said that its author's texts are not judged.</summary>
    public bool IsTrusted { get; set; }

    /// <summary>Whether its author was admitted to the event. Known after its author is identified, and asked only where it matters.</summary>
    public bool IsByMember { get; set; }

    /// <summary>The rules about texts that hold in its event. Known after its author is identified; empty for those who are not judged.</summary>
    public EventRules Rules { get; set; }

    /// <summary>How likely it is unwanted. Known after scoring.</summary>
    public Score Score { get; set; }

    /// <summary>Known after its author is identified.</summary>
    public override CommentDraft Draft => _draft ?? throw new InvalidOperationException("The comment has no draft yet.");

    public void WrittenBy(LiveEvent liveEvent, Caller caller, Role role) => (Event, Caller, Role) = (liveEvent, caller, role);

    public void Become(CommentDraft draft) => _draft = _trace is null ? draft : draft with { Trace = _trace.Id };

    public override void Reached(string step)
    {
        if (_trace is null)
            return;
        var now = time.GetUtcNow();
        Tracing.Step(_trace.Id, step, _stepStarted == default ? _trace.StartTimeUtc : _stepStarted, now);
        _stepStarted = now;
    }

    public void Refuse(Refusal refusal)
    {
        Permit.Refused(refusal.Error);
        Answer(refusal.Error.Code, new CommentOutcome(refusal));
    }

    public override void Complete(AppendResult result)
    {
        switch (result)
        {
            case AppendResult.Appended { Entry: CommentEntry { Comment: var comment } }:
                Answer("placed", new CommentOutcome(null, comment.Id, comment.Time, comment.Position, comment.Mentions));
                break;
            case AppendResult.Repeated repeated:
                Answer("repeated", new CommentOutcome(null, repeated.CommentId, repeated.Time, repeated.Position, Draft.Mentions));
                break;
            case AppendResult.Held held:
                Answer(held.IsRepeated ? "repeated" : "held", new CommentOutcome(null, held.CommentId, held.Time, Mentions: Draft.Mentions, IsHeld: true, ReleaseAt: held.ReleaseAt));
                break;
            case AppendResult.Shadowed shadowed:
                Answer("shadowed", new CommentOutcome(null, shadowed.CommentId, shadowed.Time, shadowed.Place, Draft.Mentions));
                break;
            case AppendResult.Refused refused:
                Refuse(new Refusal(refused.Error, refused.RetryAfter));
                break;
            default:
                throw new InvalidOperationException($"A comment was answered {result}.");
        }
    }

    /// <summary>Tells the event's statistics. What was placed is counted from the log; from here comes how long it took, and from where it was written.</summary>
    private void Analyse(AnalyticsQueue analytics, in CommentOutcome answer, string outcome, TimeSpan took)
    {
        var kept = KeptSetting.Of(Event);
        var row = new AnalyticsRow(Event.Id, time.GetUtcNow(), AnalyticsAction.Answered) { Comment = answer.Id, Author = AuthorHash.Of(Event.Id, Caller.UserId), From = kept.HasFlag(Kept.Countries) ? request.From : null };
        if (answer.Refusal is { } refusal)
        {
            if (kept.HasFlag(Kept.Refusals))
                analytics.Add(row with { Action = AnalyticsAction.Refused, Reason = refusal.Error.Code });
        }
        else if (outcome is "held" or "shadowed")
        {
            if (kept.HasFlag(Kept.Refusals))
                analytics.Add(row with { Action = AnalyticsAction.Held, Reason = outcome == "shadowed" ? outcome : Draft.Hold?.Reasons is [var first, ..] ? first.Code : "other" });
        }
        else if (outcome == "placed" && (kept.HasFlag(Kept.Latency) || row.From is not null))
            analytics.Add(row with { LatencyMs = kept.HasFlag(Kept.Latency) ? (int)Math.Min(int.MaxValue, took.TotalMilliseconds) : null });
    }

    private void Answer(string outcome, in CommentOutcome answer)
    {
        var took = time.GetElapsedTime(request.ArrivedAt);
        // Whoever is refused before their event is known has none.
        metrics.Comment(asker.Door, Event?.Id, outcome, took);
        // Who asks for an event that there is not is nobody's statistics.
        if (metrics.Analytics is { } analytics && Event is not null)
            Analyse(analytics, answer, outcome, took);
        if (_trace is not null)
        {
            _trace.SetTag("door", asker.Door).SetTag("outcome", outcome).SetEndTime(time.GetUtcNow().UtcDateTime);
            _trace.Dispose();
        }
        asker.Answer(request, answer);
    }
}
