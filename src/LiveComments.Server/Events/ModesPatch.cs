using System.Text.Json;
using LiveComments.Events;

namespace LiveComments.Server.Events;

/// <summary>Applies a merge patch to the modes of an event; null, as a whole or of one of them, switches off.</summary>
internal static class ModesPatch
{
    private const string Members = "minimumAccountAgeMinutes, membersOnly, emojiOnly, linksOff, uniqueMessages, delaySeconds, reviewEverything, shield";

    /// <returns>What is wrong; null when the modes were changed.</returns>
    public static string? Apply(JsonElement patch, ref RoomModes modes)
    {
        if (patch.ValueKind == JsonValueKind.Null)
        {
            modes = RoomModes.None;
            return null;
        }
        if (patch.ValueKind != JsonValueKind.Object)
            return "modes is an object.";
        foreach (var member in patch.EnumerateObject())
            if (Member(member, ref modes) is { } fault)
                return fault;
        return null;
    }

    /// <inheritdoc cref="Apply"/>
    public static string? Member(JsonProperty member, ref RoomModes modes)
    {
        if (member.NameEquals("minimumAccountAgeMinutes"u8))
        {
            if (!SettingsPatch.TryNumber(member.Value, 0, RoomModes.MaxAccountAgeMinutes, out var minutes))
                return $"modes.minimumAccountAgeMinutes is a whole number from 0 to {RoomModes.MaxAccountAgeMinutes}.";
            modes = modes with { MinimumAccountAgeMinutes = minutes };
            return null;
        }
        if (member.NameEquals("delaySeconds"u8))
        {
            if (!SettingsPatch.TryNumber(member.Value, 0, RoomModes.MaxDelaySeconds, out var seconds))
                return $"modes.delaySeconds is a whole number from 0 to {RoomModes.MaxDelaySeconds}.";
            modes = modes with { DelaySeconds = seconds };
            return null;
        }
        var on = member.Value.ValueKind == JsonValueKind.True;
        RoomModes? changed = member.Name switch
        {
            "membersOnly" => modes with { MembersOnly = on },
            "emojiOnly" => modes with { EmojiOnly = on },
            "linksOff" => modes with { LinksOff = on },
            "uniqueMessages" => modes with { UniqueMessages = on },
            "reviewEverything" => modes with { ReviewEverything = on },
            "shield" => modes with { Shield = on },
            _ => null,
        };
        if (changed is null)
            return $"modes has no member of this name; those it has are {Members}.";
        if (member.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null))
            return $"modes.{member.Name} is true or false.";
        modes = changed;
        return null;
    }
}
