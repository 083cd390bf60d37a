using System.Text.Json;

namespace LiveComments.Server.Auth.Bodies;

/// <summary>A part that is absent stays as it is; null takes an avatar away.</summary>
internal sealed record ProfileBody(JsonElement DisplayName, JsonElement AvatarUrl, JsonElement Preferences);
