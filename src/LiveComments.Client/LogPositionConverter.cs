using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiveComments.Client;

internal sealed class LogPositionConverter : JsonConverter<LogPosition>
{
    public override LogPosition Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        LogPosition.TryParse(reader.GetString(), null, out var position) ? position : throw new JsonException("A position is epoch:seq.");

    public override void Write(Utf8JsonWriter writer, LogPosition value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
