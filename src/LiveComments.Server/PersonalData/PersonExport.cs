using System.IO.Pipelines;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Moderation;
using LiveComments.PersonalData;
using LiveComments.Reactions;
using LiveComments.Server.Auth;
using LiveComments.Wire;

namespace LiveComments.Server.PersonalData;

/// <summary>Writes everything that the store has about one person as one JSON object, page by page, so that a long history needs no more memory than a short one.</summary>
internal sealed class PersonExport(IPersonalData data, IPersonalLogData logs, IAccountStore accounts, ICommentQueries comments, EventDirectory events, TimeProvider time)
{
    /// <summary>Rows of one read: a few milliseconds of the store's time.</summary>
    private const int Page = 200;

    /// <exception cref="StoreUnavailableException">What was written so far is not whole.</exception>
    public async Task WriteAsync(Account account, PipeWriter body, CancellationToken ct)
    {
        var user = account.Id;
        await using var json = new Utf8JsonWriter(body, CommentJson.WriterOptions);
        json.WriteStartObject();
        CommentJson.WriteTime(json, "exportedAt"u8, time.GetUtcNow());
        Write(json, account, await accounts.FindCredentialsAsync(user, ct));
        json.WriteStartArray("logIns"u8);
        foreach (var logIn in await data.LogInsAsync(user, ct))
            Write(json, logIn);
        json.WriteEndArray();

        json.WriteStartArray("events"u8);
        for (EventId? after = null; await data.ParticipationsAsync(user, after, Page, ct) is { Count: > 0 } page; after = page[^1].Event)
            await WritePageAsync(page, one => one.Event, one =>
            {
                if (one.Role is { } role)
                    json.WriteString("role"u8, Roles.Name(role));
                if (one.JoinedAt is { } joined)
                    CommentJson.WriteTime(json, "joinedAt"u8, joined);
            });
        json.WriteEndArray();

        json.WriteStartArray("comments"u8);
        for (CommentId? before = null; await comments.ByAuthorAsync(user, before, Page, ct) is { Count: > 0 } page; before = page[^1].Comment.Id)
            await WritePageAsync(page, one => one.EventId, one => Write(json, one.Comment));
        // Of other states than these three an author sees the comment as if it had been placed.
        for (CommentId? after = null; await data.HeldAsync(user, after, Page, ct) is { Count: > 0 } page; after = page[^1].Draft.Id)
            await WritePageAsync([.. page.Where(one => Name(one.State) is null)], one => one.Event, one => WriteHeld(json, one));
        json.WriteEndArray();

        json.WriteStartArray("removedComments"u8);
        for (LogPlace? after = default(LogPlace); after is { } place;)
        {
            var search = await logs.RemovedCommentsAsync(user, place, ct);
            await WritePageAsync(search.Found, one => one.Event, one => Write(json, one.Comment));
            after = search.Next;
        }
        json.WriteEndArray();

        json.WriteStartArray("heldComments"u8);
        for (CommentId? after = null; await data.HeldAsync(user, after, Page, ct) is { Count: > 0 } page; after = page[^1].Draft.Id)
            await WritePageAsync([.. page.Where(one => Name(one.State) is not null)], one => one.Event, one =>
            {
                json.WriteString("status"u8, Name(one.State));
                WriteHeld(json, one);
            });
        json.WriteEndArray();

        json.WriteStartArray("reactions"u8);
        for (LogPlace? after = default(LogPlace); after is { } place;)
        {
            var search = await logs.ReactionsAsync(user, place, ct);
            await WritePageAsync(search.Found, one => one.Event, one =>
            {
                json.WriteString("commentID"u8, one.Comment.Value);
                json.WriteString("reactionType"u8, one.Type.Name());
            });
            after = search.Next;
        }
        json.WriteEndArray();

        json.WriteStartArray("reports"u8);
        for (CommentId? after = null; await data.ReportsAsync(user, after, Page, ct) is { Count: > 0 } page; after = page[^1].Comment)
            await WritePageAsync(page, one => one.Event, one =>
            {
                json.WriteString("commentID"u8, one.Comment.Value);
                json.WriteString("reason"u8, one.Reason);
                CommentJson.WriteTime(json, "timestamp"u8, one.At);
            });
        json.WriteEndArray();

        json.WriteStartArray("votes"u8);
        for (PollId? after = null; await data.VotesAsync(user, after, Page, ct) is { Count: > 0 } page; after = page[^1].Vote.Poll)
            await WritePageAsync(page, one => one.Event, one =>
            {
                json.WriteString("pollID"u8, one.Vote.Poll.Value);
                json.WriteNumber("option"u8, one.Vote.Option);
            });
        json.WriteEndArray();

        json.WriteStartArray("notices"u8);
        for (var after = 0L; await data.DecisionsAsync(user, after, Page, ct) is { Count: > 0 } page; after = page[^1].Seq)
            // Who decided is not told here either.
            await WritePageAsync([.. page.Select(entry => Notice.Of(entry.Decision)).OfType<Notice>()], one => one.Event, one => NoticeJson.Write(json, one, null));
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        await body.FlushAsync(ct);

        async ValueTask WritePageAsync<T>(IReadOnlyList<T> page, Func<T, EventId?> eventOf, Action<T> write)
        {
            var names = new Dictionary<EventId, string?>();
            foreach (var id in page.Select(eventOf).OfType<EventId>().Distinct())
                names[id] = (await events.FindAsync(id, ct))?.VideoId;
            foreach (var one in page)
            {
                json.WriteStartObject();
                if (eventOf(one) is { } id)
                {
                    json.WriteString("eventID"u8, id.Value);
                    if (names[id] is { } videoId)
                        json.WriteString("videoID"u8, videoId);
                }
                write(one);
                json.WriteEndObject();
            }
            json.Flush();
            // A client that reads slowly holds up the next read, and nothing piles up here.
            await body.FlushAsync(ct);
        }
    }

    private static void Write(Utf8JsonWriter json, Account account, Credentials? credentials)
    {
        json.WriteStartObject("account"u8);
        json.WriteString("userID"u8, account.Id.Value);
        json.WriteString("username"u8, account.Username);
        json.WriteString("displayName"u8, account.DisplayName);
        if (account.Email is { } email)
            json.WriteString("email"u8, email);
        if (account.AvatarUrl is { } avatar)
            json.WriteString("avatarUrl"u8, avatar);
        json.WriteString("role"u8, Roles.Name(account.Role));
        json.WritePropertyName("preferences"u8);
        json.WriteRawValue(account.Preferences);
        json.WriteBoolean("totpEnabled"u8, credentials is { TotpConfirmed: true });
        if (credentials is not null)
            CommentJson.WriteTime(json, "passwordChangedAt"u8, credentials.PasswordChangedAt);
        CommentJson.WriteTime(json, "createdAt"u8, account.CreatedAt);
        CommentJson.WriteTime(json, "updatedAt"u8, account.UpdatedAt);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, LogIn logIn)
    {
        json.WriteStartObject();
        CommentJson.WriteTime(json, "createdAt"u8, logIn.CreatedAt);
        CommentJson.WriteTime(json, "expiresAt"u8, logIn.ExpiresAt);
        if (logIn.EndedAt is { } ended)
            CommentJson.WriteTime(json, "endedAt"u8, ended);
        if (logIn.Address is { } address)
            json.WriteString("address"u8, address);
        if (logIn.UserAgent is { } program)
            json.WriteString("userAgent"u8, program);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Comment comment)
    {
        json.WritePropertyName("comment"u8);
        CommentJson.Write(json, comment);
    }

    private static void WriteHeld(Utf8JsonWriter json, HeldComment held)
    {
        json.WritePropertyName("comment"u8);
        CommentJson.WriteHeld(json, held.Draft, held.HeldAt);
    }

    private static string? Name(HeldState state) => state switch
    {
        HeldState.Held => "held",
        HeldState.Approved => "approved",
        HeldState.Rejected => "rejected",
        _ => null,
    };
}
