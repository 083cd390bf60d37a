using System.Text.Json;

namespace LiveComments.Client.Streams;

/// <summary>Reads what the server says in a stream.</summary>
internal static class StreamMessageReader
{
    /// <returns>Null for what a watcher need not know, and for types that this client is too old to know.</returns>
    /// <exception cref="LiveCommentsException"><see cref="ClientCodes.UnexpectedAnswer"/>: it is no message of the protocol.</exception>
    public static StreamMessage? Read(ReadOnlySpan<byte> json)
    {
        var shapes = ClientJson.Default;
        try
        {
            return TypeMember.Of(new Utf8JsonReader(json)) switch
            {
                "hello" => JsonSerializer.Deserialize(json, shapes.HelloMessage),
                "batch" => JsonSerializer.Deserialize(json, shapes.BatchMessage),
                "reactions" => JsonSerializer.Deserialize(json, shapes.ReactionsMessage),
                "votes" => JsonSerializer.Deserialize(json, shapes.VotesMessage),
                "viewers" => JsonSerializer.Deserialize(json, shapes.ViewersMessage),
                "own" => JsonSerializer.Deserialize(json, shapes.OwnMessage),
                "mention" => JsonSerializer.Deserialize(json, shapes.MentionMessage),
                "notice" => JsonSerializer.Deserialize(json, shapes.NoticeMessage),
                "authenticated" => JsonSerializer.Deserialize(json, shapes.AuthenticatedMessage),
                "error" => JsonSerializer.Deserialize(json, shapes.ErrorMessage),
                "reset" => JsonSerializer.Deserialize(json, shapes.ResetMessage),
                "bye" => JsonSerializer.Deserialize(json, shapes.ByeMessage),
                _ => null,
            };
        }
        catch (JsonException e)
        {
            throw new LiveCommentsException(ClientCodes.UnexpectedAnswer, "The stream said something that is not of its protocol.", inner: e);
        }
    }
}
