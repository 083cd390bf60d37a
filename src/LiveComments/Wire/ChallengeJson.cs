using System.Text.Json;
using LiveComments.Challenges;

namespace LiveComments.Wire;

/// <summary>A challenge in answers, the same by every door.</summary>
internal static class ChallengeJson
{
    public static void Write(Utf8JsonWriter json, Challenge challenge)
    {
        json.WriteStartObject("challenge"u8);
        json.WriteString("kind"u8, challenge.Kind);
        if (challenge.Token is { } token)
            json.WriteString("token"u8, token);
        if (challenge.Difficulty is { } difficulty)
            json.WriteNumber("difficulty"u8, difficulty);
        if (challenge.SiteKey is { } siteKey)
            json.WriteString("siteKey"u8, siteKey);
        if (challenge.ExpiresAt is { } expiresAt)
            CommentJson.WriteTime(json, "expiresAt"u8, expiresAt);
        json.WriteEndObject();
    }
}
