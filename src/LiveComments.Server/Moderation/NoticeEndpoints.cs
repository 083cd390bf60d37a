using LiveComments.Events;
using LiveComments.Moderation;
using LiveComments.Server.Http;
using LiveComments.Wire;

namespace LiveComments.Server.Moderation;

/// <summary><c>/me/notices</c>: what moderators decided about the caller.</summary>
internal sealed class NoticeEndpoints(IModerationStore store, EventDirectory events)
{
    private const int MaxPage = 100;

    public async Task<IResult> ListAsync(HttpContext context)
    {
        var ct = context.RequestAborted;
        if (!context.Request.TryLimit(out var limit, out var fault))
            return fault!;
        limit = Math.Min(limit, MaxPage);
        var user = context.Caller()!.UserId;
        var waiting = (await store.WaitingOfAsync(user, limit, ct)).Where(held => held.ReleaseAt is null).Select(held => new Notice(user, NoticeKind.Held, held.Event, held.Draft.Id, null, held.HeldAt));
        var decided = (await store.DecisionsAboutAsync(user, limit, ct)).Select(Notice.Of).OfType<Notice>();
        var notices = decided.Concat(waiting).OrderByDescending(notice => notice.At).Take(limit).ToList();
        var names = new Dictionary<EventId, string>();
        foreach (var id in notices.Select(notice => notice.Event).OfType<EventId>().Distinct())
            // Of an event that is gone, its id is all there is.
            names[id] = (await events.FindAsync(id, ct))?.VideoId ?? id.ToString();
        return new JsonAnswer(json =>
        {
            json.WriteStartArray();
            foreach (var notice in notices)
            {
                json.WriteStartObject();
                NoticeJson.Write(json, notice, notice.Event is { } id ? names[id] : null);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }
}
