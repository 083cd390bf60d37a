using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Moderation;
using LiveComments.Server.Http;
using LiveComments.Wire;

namespace LiveComments.Server.Moderation;

/// <summary>What moderators of an event see of one person.</summary>
internal sealed class PersonEndpoints(
    Ingest.Ingest ingest, IAccountStore accounts, IParticipants participants, ICommentQueries comments, IModerationStore store, IPersonalData data, Restrictions restrictions, BanEvasion evasion,
    TimeProvider time)
{
    /// <summary>The latest comments, notes and decisions that are shown, and how many of the person's comments are read to find those of the event.</summary>
    private const int Shown = 20, Read = 200;

    /// <summary>Decisions that the reputation follows from.</summary>
    private const int Judged = 200;

    public async Task<IResult> GetAsync(string videoID, string userID, HttpContext context, CancellationToken ct)
    {
        var (moderator, error) = await ingest.ModeratorAsync(videoID, context.Caller(), ct);
        if (moderator is null)
            return Problem.Of(error!, error == Error.Forbidden ? "Only moderators of this event see this." : null);
        if (!UserId.TryParse(userID, out var user) || (await accounts.FindByIdsAsync([user], ct)) is not [var account])
            return Problem.Of(Error.UserNotFound);
        var id = moderator.Event.Id;
        var role = await participants.FindRoleAsync(id, user, ct);
        var written = (await comments.ByAuthorAsync(user, null, Read, ct)).Where(found => found.EventId == id).Take(Shown).Select(found => found.Comment).ToList();
        var waiting = (await store.WaitingOfAsync(user, Shown, ct)).Where(held => held.Event == id).ToList();
        var shadowed = restrictions.MayHaveShadowed(user) ? await store.ShadowedAsync(id, user, 0, long.MaxValue, Shown, ct) : [];
        var decisions = await store.DecisionsAboutAsync(user, Judged, ct);
        // What was decided in other events is theirs, but counts. Notes have a place of their own.
        var here = decisions.Where(decision => (decision.Event is null || decision.Event == id) && decision.Action is not (DecisionAction.Note or DecisionAction.Unnote)).Take(Shown).ToList();
        var notes = await store.NotesAsync(id, user, Shown, ct);
        var suspectedOf = evasion.SuspectedOf(id, user);
        var people = await accounts.ProfilesAsync(here.Concat(notes).SelectMany(decision => (UserId?[])[decision.By, decision.User]).Concat(suspectedOf.Select(banned => (UserId?)banned)), ct);
        var now = time.GetUtcNow();
        var sessions = (await data.LogInsAsync(user, ct)).Count(logIn => logIn.EndedAt is null && logIn.ExpiresAt > now);
        var held = restrictions.Held(id, user);
        return new JsonAnswer(json =>
        {
            json.WriteStartObject();
            json.WriteString("userID"u8, user.Value);
            json.WriteString("username"u8, account.Username);
            json.WriteString("displayName"u8, account.DisplayName);
            if (account.AvatarUrl is { } avatar)
                json.WriteString("avatarUrl"u8, avatar);
            json.WriteString("role"u8, RoleOf(account, role) switch { Role.Administrator => "administrator"u8, Role.Moderator => "moderator"u8, _ => "viewer"u8 });
            CommentJson.WriteTime(json, "createdAt"u8, account.CreatedAt);
            json.WriteNumber("reputation"u8, Reputation.Of(decisions));
            json.WriteNumber("sessions"u8, sessions);
            json.WriteStartArray("restrictions"u8);
            foreach (var restriction in held)
            {
                json.WriteStartObject();
                json.WriteString("kind"u8, restriction.Kind switch
                {
                    RestrictionKind.Throttle => "throttle"u8,
                    RestrictionKind.Timeout => "timeout"u8,
                    RestrictionKind.Ban or RestrictionKind.NetworkBan => "ban"u8,
                    RestrictionKind.Shadow => "shadow-ban"u8,
                    RestrictionKind.Trust => "trust"u8,
                    _ => "other"u8,
                });
                json.WriteBoolean("everywhere"u8, restriction.Event is null);
                if (restriction.Kind == RestrictionKind.NetworkBan)
                    json.WriteBoolean("network"u8, true);
                if (restriction.Until is { } until)
                    CommentJson.WriteTime(json, "until"u8, until);
                if (restriction.Every is { } every)
                    json.WriteNumber("seconds"u8, (long)every.TotalSeconds);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            if (suspectedOf.Count > 0)
            {
                json.WriteStartArray("suspectedOf"u8);
                foreach (var banned in suspectedOf)
                    ModerationJson.Person(json, banned, people);
                json.WriteEndArray();
            }
            json.WriteStartArray("comments"u8);
            foreach (var comment in written)
                CommentJson.Write(json, comment);
            json.WriteEndArray();
            json.WriteStartArray("waiting"u8);
            foreach (var one in waiting)
                CommentJson.WriteHeld(json, one.Draft, one.HeldAt);
            json.WriteEndArray();
            json.WriteStartArray("shadowed"u8);
            foreach (var one in shadowed)
                CommentJson.WriteHeld(json, one.Draft, one.HeldAt);
            json.WriteEndArray();
            WriteDecisions(json, "notes"u8, notes, people);
            WriteDecisions(json, "decisions"u8, here, people);
            json.WriteEndObject();
        });
    }

    private static void WriteDecisions(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<ModeratorDecision> decisions, IReadOnlyDictionary<UserId, Profile> people)
    {
        json.WriteStartArray(name);
        foreach (var decision in decisions)
        {
            json.WriteStartObject();
            ModerationJson.Decision(json, decision, people);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static Role RoleOf(Account account, Role? inEvent) => inEvent > account.Role ? inEvent.Value : account.Role;
}
