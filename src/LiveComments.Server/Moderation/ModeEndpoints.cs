using System.Text;
using System.Text.Json;
using LiveComments.Events;
using LiveComments.Ingest;
using LiveComments.Moderation;
using LiveComments.Server.Events;
using LiveComments.Server.Http;
using LiveComments.Wire;

namespace LiveComments.Server.Moderation;

/// <summary>What viewers may write for now, changed by the moderators of an event.</summary>
internal sealed class ModeEndpoints(Ingest.Ingest ingest, EventControl control, ModerationControl moderation)
{
    public Task<IResult> PatchAsync(string videoID, HttpContext context, CancellationToken ct) => ChangeAsync(videoID, context, static (settings, patch) =>
    {
        if (patch.ValueKind != JsonValueKind.Object)
            return (settings, "The body is an object.");
        foreach (var member in patch.EnumerateObject())
        {
            var modes = settings.Modes ?? RoomModes.None;
            if ((member.NameEquals("slowModeSeconds"u8) ? SettingsPatch.Member(member, ref settings) : ModesPatch.Member(member, ref modes)) is { } fault)
                return (settings, fault);
            settings = settings with { Modes = modes };
        }
        return (settings, null);
    }, ct);

    public Task<IResult> ShieldAsync(string videoID, HttpContext context, CancellationToken ct) => ChangeAsync(videoID, context, static (settings, body) =>
        body.ValueKind == JsonValueKind.Object && body.EnumerateObject().Count() == 1 && body.TryGetProperty("on"u8, out var on) && on.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? (settings with { Modes = (settings.Modes ?? RoomModes.None) with { Shield = body.GetProperty("on"u8).GetBoolean() } }, null)
            : (settings, "The body is {\"on\":true} or {\"on\":false}."), ct);

    /// <param name="change">The settings with the body applied, or what is wrong with it.</param>
    private async Task<IResult> ChangeAsync(string videoID, HttpContext context, Func<EventSettings, JsonElement, (EventSettings Settings, string? Fault)> change, CancellationToken ct)
    {
        var (moderator, error) = await ingest.ModeratorAsync(videoID, context.Caller(), ct);
        if (moderator is null)
            return Problem.Of(error!, error == Error.Forbidden ? "Only moderators change the modes." : null);
        var (body, fault) = await JsonBody.ReadAsync(context.Request, EventBody.Default.JsonDocument, ct);
        if (body is null)
            return fault!;
        using (body)
        {
            var outcome = await control.ChangeAsync(moderator.Event.Id, was =>
            {
                var (settings, wrong) = change(was.Settings, body.RootElement);
                return wrong is null ? was with { Settings = settings } : EventOutcome.Refused(Error.InvalidEvent, wrong);
            }, ct);
            if (outcome.Event is not { Settings: var now })
                return Problem.Of(outcome.Error!, outcome.Detail);
            var answer = JsonBuffer.Write(now, Write, static (bytes, _) => bytes.ToArray());
            await moderation.NoteAsync(moderator.Caller.UserId, moderator.Event.Id, DecisionAction.ChangeModes, Encoding.UTF8.GetString(answer));
            return new JsonAnswer(json => json.WriteRawValue(answer));
        }
    }

    private static void Write(Utf8JsonWriter json, EventSettings settings)
    {
        var modes = settings.Modes ?? RoomModes.None;
        json.WriteStartObject();
        json.WriteNumber("slowModeSeconds"u8, settings.SlowModeSeconds);
        json.WriteNumber("minimumAccountAgeMinutes"u8, modes.MinimumAccountAgeMinutes);
        json.WriteBoolean("membersOnly"u8, modes.MembersOnly);
        json.WriteBoolean("emojiOnly"u8, modes.EmojiOnly);
        json.WriteBoolean("linksOff"u8, modes.LinksOff);
        json.WriteBoolean("uniqueMessages"u8, modes.UniqueMessages);
        json.WriteNumber("delaySeconds"u8, modes.DelaySeconds);
        json.WriteBoolean("reviewEverything"u8, modes.ReviewEverything);
        json.WriteBoolean("shield"u8, modes.Shield);
        json.WriteEndObject();
    }
}
