using System.Text.Json;

namespace LiveComments.Server.Auth.Bodies;

/// <summary>Absent members stay as they are; null removes an avatar.</summary>
internal sealed record ProfileBody(JsonElement DisplayName, JsonElement AvatarUrl, JsonElement Preferences);
