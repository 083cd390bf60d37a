using System.Text.Json;

namespace LiveComments.Log;

/// <summary>The form in which logs keep a card, which is also its form on the wire.</summary>
public static class CardJson
{
    public static string Write(Card card)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
            Write(json, card);
        return System.Text.Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    public static void Write(Utf8JsonWriter json, Card card)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, card.Id);
        json.WriteString("type"u8, card.Type);
        json.WritePropertyName("state"u8);
        json.WriteRawValue(card.State);
        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Write(Card)"/> wrote.</summary>
    public static Card Read(string text)
    {
        using var document = JsonDocument.Parse(text);
        var card = document.RootElement;
        return new Card(card.GetProperty("id"u8).GetGuid(), card.GetProperty("type"u8).GetString()!, card.GetProperty("state"u8).GetRawText());
    }
}
