using System.Text.Json;

namespace LiveComments.Server.Streams;

/// <summary>One object a client sent, read without building a document. Members nobody asked for are skipped.</summary>
internal ref struct ClientMessage
{
    public ClientMessageType Type;
    public string? Id;
    public string? Token;
    public string? UserId;
    public string? CommentText;
    public string? ReplyToCommentId;
    public string? CommentId;
    public string? ReactionType;
    public bool HasReactionType;
    public string? State;
    public string? ChallengeAnswer;
    public string? PollId;
    public int? Option;
    public bool IsQuestion;

    /// <summary>False when the text is no JSON object, or a member that is read has another type than it should.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, out ClientMessage message)
    {
        message = default;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("type"u8))
                {
                    reader.Read();
                    if (reader.TokenType != JsonTokenType.String)
                        return false;
                    message.Type = reader.ValueTextEquals("comment"u8) ? ClientMessageType.Comment
                        : reader.ValueTextEquals("reaction"u8) ? ClientMessageType.Reaction
                        : reader.ValueTextEquals("ping"u8) ? ClientMessageType.Ping
                        : reader.ValueTextEquals("auth"u8) ? ClientMessageType.Auth
                        : reader.ValueTextEquals("presence"u8) ? ClientMessageType.Presence
                        : reader.ValueTextEquals("vote"u8) ? ClientMessageType.Vote
                        : ClientMessageType.Unknown;
                }
                else if (reader.ValueTextEquals("id"u8))
                    message.Id = Text(ref reader);
                else if (reader.ValueTextEquals("token"u8))
                    message.Token = Text(ref reader);
                else if (reader.ValueTextEquals("userID"u8))
                    message.UserId = Text(ref reader);
                else if (reader.ValueTextEquals("commentText"u8))
                    message.CommentText = Text(ref reader);
                else if (reader.ValueTextEquals("replyToCommentID"u8))
                    message.ReplyToCommentId = Text(ref reader);
                else if (reader.ValueTextEquals("commentID"u8))
                    message.CommentId = Text(ref reader);
                else if (reader.ValueTextEquals("state"u8))
                    message.State = Text(ref reader);
                else if (reader.ValueTextEquals("reactionType"u8))
                {
                    message.ReactionType = Text(ref reader);
                    message.HasReactionType = true;
                }
                else if (reader.ValueTextEquals("challengeAnswer"u8))
                    message.ChallengeAnswer = Text(ref reader);
                else if (reader.ValueTextEquals("pollID"u8))
                    message.PollId = Text(ref reader);
                else if (reader.ValueTextEquals("option"u8))
                {
                    reader.Read();
                    // What is no small whole number is no option, and the vote is refused.
                    message.Option = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var option) ? option : null;
                    reader.Skip();
                }
                else if (reader.ValueTextEquals("question"u8))
                {
                    reader.Read();
                    if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null))
                        return false;
                    message.IsQuestion = reader.TokenType == JsonTokenType.True;
                }
                else
                    reader.Skip();
            }
            return reader.TokenType == JsonTokenType.EndObject && !reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <exception cref="InvalidOperationException">The value is neither text nor null.</exception>
    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString();
    }
}
