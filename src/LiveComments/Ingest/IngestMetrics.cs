using System.Diagnostics.Metrics;
using LiveComments.Analytics;
using LiveComments.Moderation;
using LiveComments.Telemetry;

namespace LiveComments.Ingest;

/// <summary>Metrics of requests by door and outcome.</summary>
public sealed class IngestMetrics
{
    /// <summary>The errors that every request may get.</summary>
    private static readonly Error[] Everywhere =
        [Error.Unauthenticated, Error.TokenExpired, Error.EventNotFound, Error.RateLimited, Error.Busy, Error.StoreUnavailable, Error.OutcomeUnknown];

    private readonly OutcomesOfEvents _events;
    private readonly Meter _meter;
    private readonly Counter<long> _comments;
    private readonly Counter<long> _reactions;
    private readonly Counter<long> _votes;
    private readonly Counter<long> _removals;
    private readonly Counter<long> _pins;
    private readonly Counter<long> _stage;
    private readonly Counter<long> _questions;
    private readonly Counter<long> _announcements;
    private readonly Counter<long> _reports;
    private readonly Counter<long> _decisions;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _unscored;

    /// <param name="analytics">Gets what becomes of comments; null where nobody counts.</param>
    public IngestMetrics(IMeterFactory meters, OutcomesOfEvents events, AnalyticsQueue? analytics = null)
    {
        _events = events;
        Analytics = analytics is { IsOn: true } ? analytics : null;
        _meter = meters.LiveComments();
        _comments = _meter.CreateCounter<long>("livecomments.comments", "{comment}", "Comments asked to be placed, by door and outcome (placed, held, repeated or an error code).");
        _reactions = _meter.CreateCounter<long>("livecomments.reactions", "{reaction}", "Reactions asked to be stored, by door and outcome (stored or an error code).");
        _votes = _meter.CreateCounter<long>("livecomments.votes", "{vote}", "Votes in polls asked to be stored, by door and outcome (stored or an error code).");
        _removals = _meter.CreateCounter<long>("livecomments.removals", "{removal}", "Comments asked to be removed, by door and outcome (placed, repeated or an error code).");
        _pins = _meter.CreateCounter<long>("livecomments.pins", "{pin}", "Pins asked to be set or taken off, by door and outcome (placed, repeated or an error code).");
        _stage = _meter.CreateCounter<long>("livecomments.stage", "{change}", "Comments asked to be put on stage or taken off, by door and outcome (placed, repeated or an error code).");
        _questions = _meter.CreateCounter<long>("livecomments.questions", "{mark}", "Questions asked to be marked as answered or open, by door and outcome (placed, repeated or an error code).");
        _reports = _meter.CreateCounter<long>("livecomments.reports", "{report}", "Comments reported to moderators, by door and outcome (taken or an error code).");
        _decisions = _meter.CreateCounter<long>("livecomments.decisions", "{decision}", "Decisions of moderators, by action and status (done, already, not-found or not-allowed).");
        _announcements = _meter.CreateCounter<long>("livecomments.announcements", "{entry}", "Changes of an event's status, settings or polls asked to be placed in its log, by outcome (placed or an error code).");
        _duration = _meter.CreateHistogram("livecomments.comment.duration", "s", "From the arrival of a comment to its answer.", advice: Metering.Seconds);
        _unscored = _meter.CreateCounter<long>("livecomments.scorer.failures", "{comment}", "Comments that a scorer did not judge, by scorer and reason (timeout or error).");
        Begin(Doors.Http);
        Begin(Doors.WebSocket);
        foreach (var outcome in (string[])["placed", Error.Busy.Code])
            _announcements.Add(0, new KeyValuePair<string, object?>("outcome", outcome));
        Begin(_removals, Doors.Http, ["placed", "repeated"], Error.Forbidden, Error.CommentNotFound);
        Begin(_reports, Doors.Http, ["taken"], Error.CommentNotFound, Error.Banned, Error.TimedOut);
        foreach (var action in Enum.GetValues<DecisionAction>())
            Decision(action, DecisionStatus.Done, 0);
        Begin(_pins, Doors.Http, ["placed", "repeated"], Error.Forbidden, Error.CommentNotFound, Error.CommentRemoved);
        Begin(_stage, Doors.Http, ["placed", "repeated"], Error.Forbidden, Error.CommentNotFound, Error.CommentRemoved);
        Begin(_questions, Doors.Http, ["placed", "repeated"], Error.Forbidden, Error.QuestionNotFound, Error.CommentRemoved);
    }

    /// <summary>Gets what becomes of comments; null where nobody counts.</summary>
    internal AnalyticsQueue? Analytics { get; }

    /// <summary>Starts the counters of a door at 0.</summary>
    public void Begin(string door)
    {
        Begin(_comments, door, ["placed", "held", "repeated"],
            Error.UserMismatch, Error.InvalidRequest, Error.InvalidIdempotencyKey, Error.TextEmpty, Error.TextTooLong, Error.TextInvalid, Error.ParentNotFound, Error.ParentRemoved, Error.ReplyIsNoQuestion, Error.QuestionsOff,
            Error.IdempotencyKeyReused, Error.EventNotLive, Error.SlowMode, Error.RepeatedText, Error.TextRefused, Error.Banned, Error.TimedOut, Error.Throttled, Error.ChallengeRequired, Error.TemporarilyBlocked, Error.NetworkBlocked, Error.Draining);
        Begin(_reactions, door, ["stored"], Error.UserMismatch, Error.UnknownReaction, Error.CommentNotFound, Error.EventNotLive, Error.Banned, Error.TimedOut, Error.TemporarilyBlocked, Error.Draining);
        Begin(_votes, door, ["stored"], Error.UserMismatch, Error.UnknownOption, Error.PollNotFound, Error.PollClosed, Error.Banned, Error.TimedOut, Error.TemporarilyBlocked, Error.Draining);
    }

    /// <param name="id">The event; null when it is not known, because the comment was refused before.</param>
    public void Comment(string door, EventId? id, string outcome, TimeSpan duration)
    {
        _events.Add(id, outcome, duration);
        _comments.Add(1, new("door", door), new("outcome", outcome));
        _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("door", door));
    }

    /// <summary>Starts the counters of a scorer at 0.</summary>
    internal void Begin(IScorer scorer)
    {
        foreach (var reason in (string[])["timeout", "error"])
            _unscored.Add(0, new("scorer", scorer.Name), new("reason", reason));
    }

    /// <summary>A scorer did not judge a comment.</summary>
    /// <param name="reason"><c>timeout</c> or <c>error</c>.</param>
    public void Unscored(string scorer, string reason) => _unscored.Add(1, new("scorer", scorer), new("reason", reason));

    public void Removal(string door, string outcome) => _removals.Add(1, new("door", door), new("outcome", outcome));

    public void Pin(string door, string outcome) => _pins.Add(1, new("door", door), new("outcome", outcome));

    public void Stage(string door, string outcome) => _stage.Add(1, new("door", door), new("outcome", outcome));

    public void Question(string door, string outcome) => _questions.Add(1, new("door", door), new("outcome", outcome));

    public void Report(string door, string outcome) => _reports.Add(1, new("door", door), new("outcome", outcome));

    /// <summary>Decisions of moderators, about so many targets.</summary>
    public void Decision(DecisionAction action, DecisionStatus status, int targets = 1) => _decisions.Add(targets, new("action", action.Name()), new("status", status.Name()));

    public void Announcement(string outcome) => _announcements.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Reaction(string door, string outcome) => _reactions.Add(1, new("door", door), new("outcome", outcome));

    public void Vote(string door, string outcome) => _votes.Add(1, new("door", door), new("outcome", outcome));

    /// <summary>Starts a counter at 0 for every outcome, so that the first of each has a rate.</summary>
    private static void Begin(Counter<long> counter, string door, string[] successes, params Error[] refusals)
    {
        foreach (var outcome in successes.Concat(Everywhere.Concat(refusals).Select(error => error.Code)))
            counter.Add(0, new("door", door), new("outcome", outcome));
    }
}
