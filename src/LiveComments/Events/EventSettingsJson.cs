using System.Text.Json;
using System.Text.Json.Serialization;
using LiveComments.Events;

namespace LiveComments;

/// <summary>
/// The JSON of an event's settings: on the wire, in the log and in stores. Defaults are left out. Members that this program does not
/// know are ignored: during an upgrade, newer programs write into the same store. Requests are strict, and read elsewhere.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(EventSettings))]
public sealed partial class EventSettingsJson : JsonSerializerContext
{
    public static string Write(EventSettings settings) => JsonSerializer.Serialize(settings, Default.EventSettings);

    /// <exception cref="JsonException">The text is not settings this program knows.</exception>
    public static EventSettings Read(string json) => JsonSerializer.Deserialize(json, Default.EventSettings) ?? new EventSettings();
}
