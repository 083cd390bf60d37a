using LiveComments.Akka.Messages;
using LiveComments.Feeds;
using LiveComments.Log;
using LiveComments.Moderation;
using LiveComments.Nodes;
using LiveComments.Reactions;
using LiveComments.Serialization;

namespace LiveComments.Akka.Serialization;

/// <summary>One kind of message between nodes.</summary>
/// <param name="Manifest">Its name on the wire. A form that older nodes cannot read gets another name.</param>
internal sealed record MessageFormat(string Manifest, Type Type, Action<MessageWriter, object> Encode, MessageReader.Item<object> Decode)
{
    /// <summary>Every message that goes from one node to another.</summary>
    public static readonly IReadOnlyList<MessageFormat> All =
    [
        Of<Place>("place", static (to, place) => WriteRequest(to, place, DraftFormat.Write), static (ref MessageReader from) =>
        {
            var (id, at, budget) = ReadRequest(ref from);
            return new Place(id, from.List(DraftFormat.ReadDraft), at, budget);
        }),
        Of<React>("react", static (to, react) => WriteRequest(to, react, DraftFormat.Write), static (ref MessageReader from) =>
        {
            var (id, at, budget) = ReadRequest(ref from);
            return new React(id, from.List(DraftFormat.ReadReaction), at, budget);
        }),
        Of<Stored<AppendResult>>("placed", static (to, stored) => to.List(stored.Results, ResultFormat.Write),
            static (ref MessageReader from) => new Stored<AppendResult>(from.List(ResultFormat.ReadAppendResult))),
        Of<Stored<ReactionResult>>("reacted", static (to, stored) => to.List(stored.Results, ResultFormat.Write),
            static (ref MessageReader from) => new Stored<ReactionResult>(from.List(ResultFormat.ReadReactionResult))),
        Of<Watch>("watch", static (to, watch) =>
        {
            to.Id(watch.Event.Value);
            to.Flag(watch.Watches);
        }, static (ref MessageReader from) => new Watch(new EventId(from.Id()), from.Flag())),
        Of<Watching>("watching", static (to, watching) => to.Id(watching.Event.Value), static (ref MessageReader from) => new Watching(new EventId(from.Id()))),
        Of<Announce>("announce", static (to, announce) =>
        {
            to.Id(announce.Event.Value);
            Write(to, announce.News);
        }, static (ref MessageReader from) => new Announce(new EventId(from.Id()), ReadNews(ref from))),
        Of<Mentioned>("mentioned", static (to, mentioned) =>
        {
            to.Id(mentioned.Event.Value);
            CommentFormat.Write(to, mentioned.Comment);
        }, static (ref MessageReader from) => new Mentioned(new EventId(from.Id()), CommentFormat.ReadComment(ref from))),
        Of<OwnComment>("own", static (to, own) =>
        {
            to.Id(own.Event.Value);
            CommentFormat.Write(to, own.Comment);
        }, static (ref MessageReader from) => new OwnComment(new EventId(from.Id()), CommentFormat.ReadComment(ref from))),
        Of<LookedAt>("look", static (to, looked) =>
        {
            to.Id(looked.Look.Event.Value);
            to.Id(looked.Look.User.Value);
            to.IdOrNull(looked.Look.Comment?.Value);
        }, static (ref MessageReader from) => new LookedAt(new Look(new EventId(from.Id()), new UserId(from.Id()), CommentFormat.ReadIdOrNull(ref from)))),
        Of<NodeViewers>("viewers", static (to, viewers) =>
        {
            to.Flag(viewers.IsWhole);
            to.List(viewers.Counts, static (to, one) =>
            {
                to.Id(one.Event.Value);
                to.Number(one.Count);
            });
        }, static (ref MessageReader from) => new NodeViewers(from.Flag(), from.List(static (ref MessageReader one) => (new EventId(one.Id()), one.Int())))),
        Of<AccountsChanged>("accounts", static (_, _) => { }, static (ref MessageReader _) => AccountsChanged.Instance),
        Of<EventChanged>("event", static (to, changed) =>
        {
            to.Id(changed.Event.Value);
            to.TextOrNull(changed.VideoId);
            to.IdOrNull(changed.Participant?.Value);
        }, static (ref MessageReader from) => new EventChanged(new EventId(from.Id()), from.TextOrNull(), from.IdOrNull() is { } user ? new UserId(user) : null)),
        Of<Describe>("describe", static (to, describe) => to.Id(describe.Event.Value), static (ref MessageReader from) => new Describe(new EventId(from.Id()))),
        Of<Described>("described", static (to, described) => to.Block(described.Location, Write),
            static (ref MessageReader from) => new Described(from.Block(static (ref MessageReader at) =>
                new EventLocation(at.Text(), at.Time(), new DraftQueue(at.Int(), at.Int()), new DraftQueue(at.Int(), at.Int()), at.List(static (ref MessageReader relay) => relay.Text()))))),
        Of<TakesNoViewers>("takes-no-viewers", static (_, _) => { }, static (ref MessageReader _) => TakesNoViewers.Instance),
        Of<RestrictionsChanged>("restrictions", static (_, _) => { }, static (ref MessageReader _) => RestrictionsChanged.Instance),
        Of<Noticed>("notice", static (to, noticed) => to.Block(noticed.Notice, static (to, notice) =>
        {
            to.Id(notice.User.Value);
            to.Number((byte)notice.Kind);
            to.IdOrNull(notice.Event?.Value);
            to.IdOrNull(notice.Comment?.Value);
            to.TextOrNull(notice.Reason);
            to.Time(notice.At);
            to.SpanOrNull(notice.Span);
        }), static (ref MessageReader from) => new Noticed(from.Block(static (ref MessageReader from) => new Notice(
            new UserId(from.Id()), (NoticeKind)from.Int(), from.IdOrNull() is { } id ? new EventId(id) : null, CommentFormat.ReadIdOrNull(ref from), from.TextOrNull(), from.Time(), from.SpanOrNull())))),
    ];

    private static MessageFormat Of<T>(string manifest, Action<MessageWriter, T> write, MessageReader.Item<T> read) where T : class =>
        new(manifest, typeof(T), (to, message) => write(to, (T)message), (ref MessageReader from) => read(ref from));

    private static void WriteRequest<TDraft>(MessageWriter to, StoreRequest<TDraft> request, Action<MessageWriter, TDraft> write)
    {
        to.Id(request.Event.Value);
        to.Number(request.At.Gate);
        to.Number(request.At.Number);
        to.Number(request.At.Oldest);
        to.Flag(request.At.IsRepeat);
        to.Span(request.Budget);
        to.List(request.Drafts, write);
    }

    private static (EventId Id, AskNumber At, TimeSpan Budget) ReadRequest(ref MessageReader from) => (new EventId(from.Id()), new AskNumber(from.Number(), from.Number(), from.Number(), from.Flag()), from.Span());

    private static void Write(MessageWriter to, EventLocation location)
    {
        to.Text(location.Node);
        to.Time(location.Since);
        to.Number(location.Comments.Waiting);
        to.Number(location.Comments.UnderWay);
        to.Number(location.Reactions.Waiting);
        to.Number(location.Reactions.UnderWay);
        to.List(location.Relays, static (to, relay) => to.Text(relay));
    }

    private static void Write(MessageWriter to, Announcement news) => to.Block(news, static (to, news) =>
    {
        to.Position(news.Reaches);
        to.List(news.Entries, EntryFormat.Write);
        to.List(news.Tallies, static (to, tally) =>
        {
            to.Id(tally.CommentId.Value);
            CommentFormat.Write(to, tally.Tally);
        });
        to.Flag(news.IsUnsure);
        to.List(news.Traces ?? [], static (to, trace) =>
        {
            to.Number(trace.Seq);
            to.Text(trace.Trace);
            to.Time(trace.Committed);
        });
        if (news.Polls is { Count: > 0 } polls)
            to.List(polls, PollFormat.Write);
    });

    private static Announcement ReadNews(ref MessageReader from) => from.Block(static (ref MessageReader from) => new Announcement(
        from.Position(),
        from.List(EntryFormat.ReadEntry),
        from.List(static (ref MessageReader tally) => new CommentTally(new CommentId(tally.Id()), CommentFormat.ReadTally(ref tally))),
        from.Flag(),
        from.List(static (ref MessageReader trace) => new EntryTrace(trace.Number(), trace.Text(), trace.Time())) is { Length: > 0 } traces ? traces : null,
        from.HasMore ? from.List(PollFormat.ReadTally) : null));
}
