using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using LiveComments.Accounts;
using LiveComments.Ingest;

namespace LiveComments.Kafka.In;

/// <summary>A record on its way through ingest, and who is told what became of it.</summary>
internal sealed class InRecord : Asker
{
    /// <summary>Bytes of a value. A comment of 4 KB escaped as \uXXXX is 24 KB. Of a longer one no more is kept.</summary>
    public const int MaxBytes = 32 * 1024;

    private const int MaxSubject = 255;

    private Round? _round;
    private CommentRequest? _comment;
    private ReactionRequest? _reaction;

    public InRecord(ConsumeResult<byte[]?, byte[]?> record)
    {
        Origin = record.TopicPartitionOffset;
        Timestamp = record.Message.Timestamp;
        Key = record.Message.Key;
        Headers = record.Message.Headers;
        Length = record.Message.Value?.Length ?? 0;
        Value = Length > MaxBytes ? record.Message.Value![..MaxBytes] : record.Message.Value ?? [];
    }

    public override string Door => Doors.Kafka;

    /// <summary>The system that produces the records limits its own users.</summary>
    public override bool IsLimited => false;

    /// <summary>Where it stands in Kafka.</summary>
    public TopicPartitionOffset Origin { get; }

    public Timestamp Timestamp { get; }

    public byte[]? Key { get; }

    public Headers? Headers { get; }

    /// <summary>The first <see cref="MaxBytes"/> of it.</summary>
    public byte[] Value { get; }

    /// <summary>Bytes of the whole value.</summary>
    public int Length { get; }

    /// <summary>The event's UUID or alias. Known after reading.</summary>
    public string VideoId { get; private set; } = "";

    /// <summary>Who writes. Known after reading, unless it is refused.</summary>
    public Caller? Caller => _comment?.Caller ?? _reaction?.Caller;

    /// <summary>Why it is refused for good; null when it is not.</summary>
    public Error? Refusal { get; private set; }

    /// <summary>What is wrong with it, where <see cref="Refusal"/> alone does not say.</summary>
    public string? Detail { get; private set; }

    /// <summary>True when it is stored, held, or refused for good.</summary>
    public bool IsDecided { get; private set; }

    /// <summary>True when nothing is left to do with it.</summary>
    public bool IsSettled { get; set; }

    /// <summary>Reads what it asks for. One that cannot be read is refused.</summary>
    public void Read(InTopicOptions topic, TimeProvider time)
    {
        if (Fault(topic, time) is var (error, detail))
            (Refusal, Detail, IsDecided) = (error, detail, true);
    }

    /// <summary>Adds it to an offer, which answers to it.</summary>
    public void AddTo(Offer offer, Round round)
    {
        _round = round;
        if (_comment is { } comment)
            offer.Add(comment, this);
        else
            offer.Add(_reaction!.Value, this);
    }

    public override void Answer(in CommentRequest request, in CommentOutcome outcome) => Answer(outcome.Refusal);

    public override void Answer(in ReactionRequest request, in ReactionOutcome outcome) => Answer(outcome.Refusal);

    private void Answer(Refusal? refusal)
    {
        // What the server is to blame for is tried again: the key keeps it from being stored twice.
        if (refusal is null or { Error.Status: not 503 })
            (Refusal, IsDecided) = (refusal?.Error, true);
        _round!.Answered();
    }

    /// <summary>Why it cannot be read; null when it can.</summary>
    private (Error Error, string? Detail)? Fault(InTopicOptions topic, TimeProvider time)
    {
        if (Key is not { Length: > 0 })
            return (Error.EventNotFound, "The record has no key. The key is the event's UUID or videoID.");
        if (Length > MaxBytes)
            return (Error.BodyTooLarge, string.Create(CultureInfo.InvariantCulture, $"The value has {Length:#,0} bytes; {MaxBytes:#,0} are allowed."));
        InBody? body;
        try
        {
            body = JsonSerializer.Deserialize(Value, InBodies.Default.InBody);
        }
        catch (JsonException e)
        {
            // Neither the path nor the line quotes the value.
            return (Error.InvalidJson, string.Create(CultureInfo.InvariantCulture, $"At {e.Path ?? "$"}, line {e.LineNumber + 1}."));
        }
        catch (InvalidOperationException)
        {
            return (Error.InvalidJson, "A text has half a character.");
        }
        if (body is null)
            return (Error.InvalidJson, "The value is null.");
        if (body.Version is not (null or 1))
            return (Error.InvalidRequest, "This server knows version 1.");
        if (body.Subject is not { Length: > 0 and <= MaxSubject } subject)
            return (Error.InvalidRequest, $"subject is needed and has at most {MaxSubject} characters.");
        var isUser = UserId.TryParse(subject, out var user);
        if (isUser && !topic.AnyUser)
            return (Error.Forbidden, "The subject is a UUID, and this topic is not trusted with every user (its option AnyUser).");
        if (!isUser && topic.Issuer.Length == 0)
            return (Error.Forbidden, "The subject is not a UUID, and this topic has no issuer (its option Issuer).");
        VideoId = Encoding.UTF8.GetString(Key);
        var caller = new Caller(isUser ? user : ExternalSubject.ToUserId(topic.Issuer, subject), ExternalSubject.NameOf(body.Name), Role.Viewer, null, null, DateTimeOffset.MaxValue);
        switch (body.Type)
        {
            case "comment":
                _comment = new CommentRequest(caller, null, body.CommentText, body.ReplyToCommentID, body.Id ?? OwnKey(), body.Client, time.GetTimestamp(), IsQuestion: body.Question is true);
                return null;
            case "reaction" when body.ReactionType.ValueKind is JsonValueKind.String or JsonValueKind.Null:
                var takesBack = body.ReactionType.ValueKind == JsonValueKind.Null;
                _reaction = new ReactionRequest(caller, null, CommentId.TryParse(body.CommentID, out var comment) ? comment : null, takesBack ? null : body.ReactionType.GetString(), takesBack);
                return null;
            case "reaction":
                return (Error.InvalidRequest, "reactionType is needed: the name of a reaction, or null to take it back.");
            default:
                return (Error.InvalidRequest, "type is comment or reaction.");
        }
    }

    /// <summary>The key of a comment that brings none: its place in Kafka, with its time, because a topic that is made anew counts from the beginning.</summary>
    private string OwnKey()
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{Origin.Topic}/{Origin.Partition.Value}/{Origin.Offset.Value}/{Timestamp.UnixTimestampMs}");
        return $"kafka-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(place)).AsSpan(0, 16))}";
    }
}
