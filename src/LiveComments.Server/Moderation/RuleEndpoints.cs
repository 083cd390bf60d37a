using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Ingest;
using LiveComments.Log;
using LiveComments.Moderation;
using LiveComments.Moderation.Rules;
using LiveComments.Server.Events;
using LiveComments.Server.Http;

namespace LiveComments.Server.Moderation;

/// <summary>The rules about texts of an event, by its moderators, and of all events, by administrators.</summary>
internal sealed class RuleEndpoints(Ingest.Ingest ingest, ModerationControl control, RulesInForce rules, IEventLog log)
{
    /// <summary>Comments that rules are tried on, and pages of as many entries in which they are looked for.</summary>
    private const int Tried = 1_000, Pages = 5;

    /// <summary>Of each verdict, the comments that are shown.</summary>
    private const int Samples = 20;

    public async Task<IResult> GetAsync(string videoID, HttpContext context, CancellationToken ct)
    {
        var (liveEvent, error) = await EventOfAsync(videoID, context, ct);
        return liveEvent is null ? error! : Answer(await rules.FindAsync(liveEvent.Id, ct));
    }

    public async Task<IResult> PutAsync(string videoID, HttpContext context, CancellationToken ct)
    {
        var (liveEvent, error) = await EventOfAsync(videoID, context, ct);
        if (liveEvent is null)
            return error!;
        var (given, fault) = await ReadAsync(context, ct);
        if (given is null)
            return fault!;
        if (!await rules.PutAsync(liveEvent, given, ct))
            return Problem.Of(Error.EventNotFound);
        await control.NoteAsync(context.Caller()!.UserId, liveEvent.Id, DecisionAction.ChangeRules, ContentRulesJson.Write(given));
        return Answer(given);
    }

    /// <summary>What rules would have done with the latest comments.</summary>
    public async Task<IResult> TryAsync(string videoID, HttpContext context, CancellationToken ct)
    {
        var (liveEvent, error) = await EventOfAsync(videoID, context, ct);
        if (liveEvent is null)
            return error!;
        var (given, fault) = await ReadAsync(context, ct);
        if (given is null)
            return fault!;
        var candidate = new EventRules(null, given);
        var tried = 0;
        List<(CommentEntry Entry, RuleMatch Match)> held = [], refused = [];
        List<(CommentEntry Entry, string Text)> masked = [];
        var before = long.MaxValue;
        for (var page = 0; page < Pages && tried < Tried && await log.ReadLatestAsync(liveEvent.Id, before, Tried, ct) is { Entries: { Count: > 0 } entries }; page++)
        {
            before = entries[0].Seq;
            foreach (var entry in entries.Reverse().OfType<CommentEntry>())
            {
                if (tried == Tried || entry.Comment.Author.Role > Role.Viewer)
                    continue;
                tried++;
                var match = candidate.Judge(entry.Comment.Text);
                if (match is { } found)
                    (found.Verdict == Verdict.Hold ? held : refused).Add((entry, found));
                if (match is not { Verdict: Verdict.Refuse } && candidate.Mask(entry.Comment.Text) is var text && text != entry.Comment.Text)
                    masked.Add((entry, text));
            }
        }
        return new JsonAnswer(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("comments"u8, tried);
            Write(json, "held"u8, held, one => one.Entry, (one, sample) => sample.WriteString("reason"u8, one.Match.Reason));
            Write(json, "refused"u8, refused, one => one.Entry, (one, sample) => sample.WriteString("reason"u8, one.Match.Reason));
            Write(json, "masked"u8, masked, one => one.Entry, (one, sample) => sample.WriteString("masked"u8, one.Text));
            json.WriteEndObject();
        });
    }

    public async Task<IResult> GetForAllAsync(HttpContext context, CancellationToken ct) =>
        context.Caller()!.IsAdministrator ? Answer(await rules.FindAsync(null, ct)) : Problem.Of(Error.Forbidden, "Only administrators see the rules of all events.");

    public async Task<IResult> PutForAllAsync(HttpContext context, CancellationToken ct)
    {
        if (!context.Caller()!.IsAdministrator)
            return Problem.Of(Error.Forbidden, "Only administrators change the rules of all events.");
        var (given, fault) = await ReadAsync(context, ct);
        if (given is null)
            return fault!;
        await rules.PutAsync(null, given, ct);
        await control.NoteAsync(context.Caller()!.UserId, null, DecisionAction.ChangeRules, ContentRulesJson.Write(given));
        return Answer(given);
    }

    private async ValueTask<(LiveEvent? Event, IResult? Error)> EventOfAsync(string videoID, HttpContext context, CancellationToken ct)
    {
        var (moderator, error) = await ingest.ModeratorAsync(videoID, context.Caller(), ct);
        return moderator is not null ? (moderator.Event, null) : (null, Problem.Of(error!, error == Error.Forbidden ? "Only moderators see and change the rules." : null));
    }

    private static async ValueTask<(ContentRules? Rules, IResult? Error)> ReadAsync(HttpContext context, CancellationToken ct)
    {
        var (body, error) = await JsonBody.ReadAsync(context.Request, EventBody.Default.JsonDocument, ct);
        if (body is null)
            return (null, error);
        using (body)
            return ContentRulesJson.Read(body.RootElement.GetRawText(), out var fault) is { } given ? (given, null) : (null, Problem.Of(Error.InvalidRules, fault));
    }

    private static IResult Answer(ContentRules? given)
    {
        var text = ContentRulesJson.Write(given ?? ContentRules.None);
        return new JsonAnswer(json => json.WriteRawValue(text));
    }

    private static void Write<T>(Utf8JsonWriter json, ReadOnlySpan<byte> name, List<T> found, Func<T, CommentEntry> entry, Action<T, Utf8JsonWriter> more)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count"u8, found.Count);
        json.WriteStartArray("samples"u8);
        foreach (var one in found.Take(Samples))
        {
            json.WriteStartObject();
            json.WriteString("commentID"u8, entry(one).Comment.Id.Value);
            json.WriteString("commentText"u8, entry(one).Comment.Text);
            more(one, json);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
