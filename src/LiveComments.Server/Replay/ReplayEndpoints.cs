using System.Globalization;
using LiveComments.Events;
using LiveComments.Ingest;
using LiveComments.Replay;
using LiveComments.Server.Events;
using LiveComments.Server.Http;
using LiveComments.Wire;

namespace LiveComments.Server.Replay;

/// <summary>An event by media time: milliseconds since it went live, which is where its recording begins.</summary>
internal sealed class ReplayEndpoints(IReplayQueries replay, IPollStore polls, ShadowedComments shadowed, EventDirectory directory, TimeProvider time)
{
    /// <summary>How much of the event a segment holds: about what a player loads ahead.</summary>
    private static readonly TimeSpan SegmentLength = TimeSpan.FromSeconds(30);

    /// <summary>Comments, and changes of counts, in one answer: about 500 KB at most. A busier segment has several pages.</summary>
    private const int PageSize = 1_000;

    /// <summary>Intervals of the chart of activity: one for every few pixels of a slider.</summary>
    private const int Intervals = 120;

    /// <summary>Changes of the stage, the last ones: one every half a minute for four hours.</summary>
    private const int Staged = 500;

    public async Task<IResult> IndexAsync(string videoID, HttpContext context)
    {
        var (liveEvent, error) = await directory.FindReadableAsync(videoID, context);
        if (liveEvent is null)
            return error!;
        var (start, duration, segments) = Span(liveEvent);
        var interval = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(duration.TotalSeconds / Intervals)));
        var count = (int)Math.Ceiling(duration / interval);
        var activity = count == 0 ? [] : await replay.ActivityAsync(liveEvent.Id, start, interval, count, context.RequestAborted);
        var closed = segments == 0 ? [] : (await polls.ListAsync(liveEvent.Id, context.RequestAborted)).Where(poll => poll.ClosedAt is not null).ToList();
        var staged = segments == 0 ? [] : await replay.StagedAsync(liveEvent.Id, Staged, context.RequestAborted);
        return new RevalidatedAnswer(liveEvent.Settings.Visibility, json =>
        {
            if (segments > 0)
                CommentJson.WriteTime(json, "startedAt"u8, start);
            json.WriteNumber("durationMs"u8, (long)duration.TotalMilliseconds);
            json.WriteNumber("segmentMs"u8, (long)SegmentLength.TotalMilliseconds);
            json.WriteNumber("segments"u8, segments);
            json.WriteStartObject("activity"u8);
            json.WriteNumber("intervalMs"u8, (long)interval.TotalMilliseconds);
            json.WriteStartArray("entries"u8);
            foreach (var one in activity)
                json.WriteNumberValue(one.Comments);
            json.WriteEndArray();
            json.WriteStartArray("reactions"u8);
            foreach (var one in activity)
                json.WriteNumberValue(one.Reactions);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartArray("polls"u8);
            foreach (var poll in closed)
            {
                json.WriteStartObject();
                json.WriteNumber("fromMs"u8, (long)(poll.OpenedAt - start).TotalMilliseconds);
                json.WriteNumber("toMs"u8, (long)(poll.ClosedAt!.Value - start).TotalMilliseconds);
                json.WritePropertyName("poll"u8);
                PollJson.Write(json, poll);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("stage"u8);
            for (var i = 0; i < staged.Count; i++)
                if (staged[i].Comment is { } comment)
                {
                    json.WriteStartObject();
                    json.WriteNumber("fromMs"u8, (long)(staged[i].Time - start).TotalMilliseconds);
                    if (i + 1 < staged.Count)
                        json.WriteNumber("toMs"u8, (long)(staged[i + 1].Time - start).TotalMilliseconds);
                    json.WritePropertyName("comment"u8);
                    CommentJson.Write(json, comment with { ReplyCount = 0, Reactions = default }, compact: true);
                    json.WriteEndObject();
                }
            json.WriteEndArray();
        });
    }

    public async Task<IResult> SegmentAsync(string videoID, string segment, HttpContext context)
    {
        if (!context.Request.TrySingle("after", out var text, out var error))
            return error!;
        if (!TryCursor(text, out var after))
            return QueryParameters.Fault("after", "is what the Link to the next page says");
        (var liveEvent, error) = await directory.FindReadableAsync(videoID, context);
        if (liveEvent is null)
            return error!;
        var (start, _, segments) = Span(liveEvent);
        if (!int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number >= segments)
            return Problem.Of(Error.NotFound);
        var (from, to) = (start + number * SegmentLength, start + (number + 1) * SegmentLength);
        // The first segment also has comments from before the start, the last one everything up to the end.
        var (first, end) = (number == 0 ? DateTimeOffset.UnixEpoch : from, number == segments - 1 ? DateTimeOffset.MaxValue : to);
        var page = await replay.PageAsync(liveEvent.Id, first, end, after, PageSize, context.RequestAborted);
        // Pages end between two seqs, so each of these is on one of them.
        var own = await shadowed.ReplayedAsync(liveEvent.Id, context.Caller(), first, end, after.Seq, page.Next?.Seq ?? long.MaxValue, context.RequestAborted);
        var comments = own.Count == 0 ? page.Comments : [.. page.Comments.Concat(own).OrderBy(comment => comment.Position.Seq)];
        if (page.Next is { } next)
            context.AddPageLink("next", "after", string.Create(CultureInfo.InvariantCulture, $"{next.Seq}.{next.Second}.{next.CountsSeq}"));
        return new RevalidatedAnswer(own.Count == 0 ? liveEvent.Settings.Visibility : Visibility.Private, json =>
        {
            json.WriteNumber("segment"u8, number);
            json.WriteNumber("fromMs"u8, (long)(from - start).TotalMilliseconds);
            json.WriteNumber("toMs"u8, (long)(to - start).TotalMilliseconds);
            json.WriteStartArray("comments"u8);
            foreach (var comment in comments)
            {
                json.WriteStartObject();
                json.WriteNumber("offsetMs"u8, (long)(comment.Time - start).TotalMilliseconds);
                json.WritePropertyName("comment"u8);
                // As it was when it appeared; replies and reactions follow at their times.
                CommentJson.Write(json, comment with { ReplyCount = 0, Reactions = default }, compact: true);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("reactions"u8);
            foreach (var (at, commentId, counts) in page.Reactions)
            {
                json.WriteStartObject();
                json.WriteNumber("offsetMs"u8, (long)(at - start).TotalMilliseconds);
                json.WriteString("commentID"u8, commentId.Value);
                CommentJson.WriteCounts(json, "reactions"u8, counts);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    /// <summary>What there is to replay: nothing of an event that was never live, so far of one that still is.</summary>
    private (DateTimeOffset Start, TimeSpan Duration, int Segments) Span(LiveEvent liveEvent)
    {
        if (liveEvent.StartedAt is not { } start)
            return default;
        var duration = (liveEvent.EndedAt ?? time.GetUtcNow()) - start;
        duration = duration < TimeSpan.Zero ? TimeSpan.Zero : duration;
        return (start, duration, (int)(duration / SegmentLength) + 1);
    }

    private static bool TryCursor(string? text, out ReplayCursor cursor)
    {
        cursor = default;
        if (text is null)
            return true;
        var parts = text.Split('.', 4);
        if (parts.Length != 3 || !TryNumber(parts[0], out var seq) || !TryNumber(parts[1], out var second) || !TryNumber(parts[2], out var countsSeq))
            return false;
        cursor = new ReplayCursor(seq, second, countsSeq);
        return true;
    }

    private static bool TryNumber(string text, out long value) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
