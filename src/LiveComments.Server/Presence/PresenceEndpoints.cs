using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Presence;
using LiveComments.Server.Events;
using LiveComments.Server.Http;

namespace LiveComments.Server.Presence;

/// <summary>Who is here now.</summary>
internal sealed class PresenceEndpoints(IPresence presence, EventDirectory events, IAccountStore accounts)
{
    /// <summary>Streams of an event whose people everybody who is logged in may see by name. In a larger one only moderators may.</summary>
    private const int Small = 50;

    /// <summary>People who are named at most.</summary>
    private const int Named = 500;

    public async Task<IResult> OfEventAsync(string videoID, HttpContext context, CancellationToken ct)
    {
        var (liveEvent, error) = await events.FindReadableAsync(videoID, context);
        if (liveEvent is null)
            return error!;
        var here = await presence.OfEventAsync(liveEvent.Id, ct);
        var caller = context.Caller();
        var isModerator = await events.RoleAsync(liveEvent, caller, ct) >= Role.Moderator;
        IReadOnlyList<PersonHere>? people = isModerator || (caller is not null && here.Online + here.Away <= Small) ? [.. here.People.Take(Named)] : null;
        var states = people?.ToDictionary(static one => one.User, static one => one.State);
        var known = states is null ? [] : await accounts.FindByIdsAsync([.. states.Keys], ct);
        return new JsonAnswer(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("online"u8, here.Online);
            json.WriteNumber("away"u8, here.Away);
            if (here.Unique is { } unique)
                json.WriteNumber("uniquePeople"u8, unique);
            if (states is not null)
            {
                json.WriteStartArray("people"u8);
                foreach (var account in known.OrderBy(static account => account.Username, StringComparer.OrdinalIgnoreCase))
                {
                    json.WriteStartObject();
                    json.WriteString("userID"u8, account.Id.Value);
                    json.WriteString("username"u8, account.Username);
                    json.WriteString("displayName"u8, account.DisplayName);
                    WriteState(json, states[account.Id]);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }
            json.WriteEndObject();
        });
    }

    public async Task<IResult> OfPersonAsync(string userID, CancellationToken ct)
    {
        if (!UserId.TryParse(userID, out var user))
            return Problem.Of(Error.UserNotFound);
        // Nobody finds out here which ids there are: who does not exist is offline.
        var state = await presence.OfPersonAsync(user, ct);
        return new JsonAnswer(json =>
        {
            json.WriteStartObject();
            json.WriteString("userID"u8, user.Value);
            WriteState(json, state);
            json.WriteEndObject();
        });
    }

    private static void WriteState(Utf8JsonWriter json, PresenceState state) => json.WriteString("state"u8, state switch
    {
        PresenceState.Online => "online"u8,
        PresenceState.Away => "away"u8,
        _ => "offline"u8,
    });
}
