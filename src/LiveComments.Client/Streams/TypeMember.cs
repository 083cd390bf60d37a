using System.Text.Json;

namespace LiveComments.Client.Streams;

/// <summary>The member <c>type</c> of an object, which says how to read the others.</summary>
internal static class TypeMember
{
    /// <param name="reader">At the object's beginning, or before it. It is a copy: the caller's stays where it is.</param>
    /// <returns>Null without one.</returns>
    /// <exception cref="JsonException">It is no object.</exception>
    public static string? Of(Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.None)
            reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("An object is expected.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (isType)
                return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            reader.Skip();
        }
        return null;
    }
}
