using System.Text.Json;
using LiveComments.Events;
using LiveComments.Reactions;
using LiveComments.Server.Http;
using LiveComments.Wire;

namespace LiveComments.Server.Events;

/// <summary>Applies a merge patch to an event's settings; null, as a whole or of one of them, means the default.</summary>
internal static class SettingsPatch
{
    private const string Members = "visibility, reactionTypes, slowModeSeconds, maxParticipants, openBeforeStartMinutes, videoUrl, pictureUrl, keep, links, guests, questions, welcome, embedOrigins, modes";

    /// <returns>What is wrong; null when the settings were changed.</returns>
    public static string? Apply(JsonElement patch, ref EventSettings settings)
    {
        if (patch.ValueKind == JsonValueKind.Null)
        {
            settings = EventSettings.Default;
            return null;
        }
        if (patch.ValueKind != JsonValueKind.Object)
            return "settings is an object.";
        foreach (var member in patch.EnumerateObject())
            if (Member(member, ref settings) is { } fault)
                return fault;
        return null;
    }

    /// <inheritdoc cref="Apply"/>
    public static string? Member(JsonProperty member, ref EventSettings now)
    {
        var value = member.Value;
        var isNull = value.ValueKind == JsonValueKind.Null;
        switch (member.Name)
        {
            case "visibility":
                if (!isNull && (value.ValueKind != JsonValueKind.String || value.GetString() is not ("public" or "private")))
                    return "settings.visibility is public or private.";
                now = now with { Visibility = !isNull && value.ValueEquals("private"u8) ? Visibility.Private : Visibility.Public };
                return null;
            case "reactionTypes":
                IReadOnlyList<ReactionType>? types = null;
                if (!isNull && !TryReactions(value, out types))
                    return $"settings.reactionTypes is a list without repetition of {string.Join(", ", ReactionTypes.All.Select(type => type.Name()))}.";
                now = now with { ReactionTypes = types };
                return null;
            case "slowModeSeconds":
                if (!TryNumber(value, 0, 3_600, out var slowMode))
                    return "settings.slowModeSeconds is a whole number from 0 to 3600.";
                now = now with { SlowModeSeconds = slowMode };
                return null;
            case "maxParticipants":
                if (!TryNumber(value, 1, 100_000_000, out var participants))
                    return "settings.maxParticipants is a whole number from 1 to 100000000, or null.";
                now = now with { MaxParticipants = isNull ? null : participants };
                return null;
            case "openBeforeStartMinutes":
                if (!TryNumber(value, 0, 1_440, out var minutes))
                    return "settings.openBeforeStartMinutes is a whole number from 0 to 1440.";
                now = now with { OpenBeforeStartMinutes = minutes };
                return null;
            case "videoUrl":
                string? url = null;
                if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= 2048 } path && VideoSource.IsOwnVideo(path))
                    url = path;
                else if (!isNull && !TryUrl(value, out url))
                    return "settings.videoUrl is an https address of at most 2048 characters without user name and password, or the path of a video file or of HLS on this server.";
                else if (url is not null && VideoSource.FaultOf(new Uri(url)) is { } unshowable)
                    return $"settings.videoUrl cannot be shown: {unshowable}";
                now = now with { VideoUrl = url };
                return null;
            case "pictureUrl":
                // What was read may be sent back.
                if (!isNull && !(value.ValueKind == JsonValueKind.String && value.GetString() == now.PictureUrl))
                    return "settings.pictureUrl is given by PUT /events/{videoID}/picture; here it can only be null.";
                now = now with { PictureUrl = isNull ? null : now.PictureUrl };
                return null;
            case "keep":
                if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null))
                    return "settings.keep is true or false.";
                now = now with { Keep = value.ValueKind == JsonValueKind.True };
                return null;
            case "links":
                CommentLinks? links = isNull || value.ValueKind != JsonValueKind.String ? null : value.GetString() switch
                {
                    "off" => CommentLinks.Off,
                    "moderators" => CommentLinks.Moderators,
                    "everybody" => CommentLinks.Everybody,
                    _ => null,
                };
                if (!isNull && links is null)
                    return "settings.links is off, moderators or everybody.";
                now = now with { Links = links ?? CommentLinks.Off };
                return null;
            case "guests":
                if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null))
                    return "settings.guests is true or false.";
                now = now with { Guests = value.ValueKind == JsonValueKind.True };
                return null;
            case "questions":
                if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null))
                    return "settings.questions is true or false.";
                now = now with { Questions = value.ValueKind == JsonValueKind.True };
                return null;
            case "welcome":
                string? welcome = null;
                if (!isNull && !TryWelcome(value, out welcome))
                    return $"settings.welcome has at most {EventSettings.WelcomeLength} characters and no control characters but line breaks and tabs.";
                now = now with { Welcome = welcome };
                return null;
            case "embedOrigins":
                IReadOnlyList<string>? origins = null;
                if (!isNull && !TryOrigins(value, out origins))
                    return $"settings.embedOrigins is a list without repetition of at most {EventSettings.MaxEmbedOrigins} origins such as https://www.example.org, without a path.";
                now = now with { EmbedOrigins = origins };
                return null;
            case "modes":
                var modes = now.Modes ?? RoomModes.None;
                if (ModesPatch.Apply(value, ref modes) is { } fault)
                    return $"settings.{fault}";
                now = now with { Modes = modes };
                return null;
            default:
                return $"settings has no member of this name; those it has are {Members}.";
        }
    }

    /// <summary>True for a whole number within bounds, and for null with 0.</summary>
    internal static bool TryNumber(JsonElement value, int least, int most, out int number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Null
            || (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out number) && number >= least && number <= most);
    }

    private static bool TryReactions(JsonElement value, out IReadOnlyList<ReactionType>? types)
    {
        types = null;
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > ReactionTypes.Count)
            return false;
        var read = new List<ReactionType>();
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String || !ReactionTypes.TryParse(item.GetString(), out var type) || read.Contains(type))
                return false;
            read.Add(type);
        }
        types = read;
        return true;
    }

    /// <summary>Of the form of an event's description, and shorter. Nothing but space is none.</summary>
    private static bool TryWelcome(JsonElement value, out string? welcome)
    {
        welcome = EventPatch.Text(value)?.Trim();
        if (welcome is null || EventPatch.Runes(welcome) > EventSettings.WelcomeLength || welcome.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
            return false;
        welcome = welcome.Length == 0 ? null : welcome;
        return true;
    }

    private static bool TryOrigins(JsonElement value, out IReadOnlyList<string>? origins)
    {
        origins = null;
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > EventSettings.MaxEmbedOrigins)
            return false;
        var read = new List<string>();
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String || !WebOrigin.TryParse(item.GetString(), out var origin) || read.Contains(origin))
                return false;
            read.Add(origin);
        }
        origins = read;
        return true;
    }

    private static bool TryUrl(JsonElement value, out string? url)
    {
        url = null;
        if (value.ValueKind != JsonValueKind.String || !Uri.TryCreate(value.GetString(), UriKind.Absolute, out var uri)
            || uri.Scheme != Uri.UriSchemeHttps || uri.UserInfo.Length > 0 || uri.Host.Length == 0 || uri.AbsoluteUri.Length > 2_048)
            return false;
        // Stored as a browser would send it, without spaces, quotes or control characters.
        url = uri.AbsoluteUri;
        return true;
    }
}
