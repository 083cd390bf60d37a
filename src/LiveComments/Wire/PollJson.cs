using System.Text;
using System.Text.Json;
using LiveComments.Log;
using LiveComments.Polls;

namespace LiveComments.Wire;

/// <summary>The JSON object of a poll: the same in answers, and as the state of a <see cref="Card"/>.</summary>
public static class PollJson
{
    /// <param name="own">What the reader has chosen; null for nothing, or where everybody gets the same bytes.</param>
    public static void Write(Utf8JsonWriter json, Poll poll, int? own = null)
    {
        json.WriteStartObject();
        json.WriteString("pollID"u8, poll.Id.Value);
        json.WriteNumber("number"u8, poll.Number);
        json.WriteNumber("revision"u8, poll.Revision);
        json.WriteString("status"u8, poll.Status.Name());
        // Of one that was taken away nothing is told any more.
        if (poll.Status != PollStatus.Removed)
        {
            json.WriteString("question"u8, poll.Question);
            json.WriteStartArray("options"u8);
            foreach (var text in poll.Options)
                json.WriteStringValue(text);
            json.WriteEndArray();
            json.WriteString("results"u8, poll.Results.Name());
            CommentJson.WriteTime(json, "openedAt"u8, poll.OpenedAt);
            if (poll.EndsAt is { } endsAt)
                CommentJson.WriteTime(json, "endsAt"u8, endsAt);
            if (poll.ClosedAt is { } closedAt)
                CommentJson.WriteTime(json, "closedAt"u8, closedAt);
            WriteTally(json, poll.Tally);
            if (own is { } option)
                json.WriteNumber("myOption"u8, option);
        }
        json.WriteEndObject();
    }

    /// <summary>The members of a tally.</summary>
    public static void WriteTally(Utf8JsonWriter json, PollTally tally)
    {
        json.WriteNumber("version"u8, tally.Version);
        json.WriteNumber("votes"u8, tally.Votes);
        if (tally.Counts is not { } counts)
            return;
        json.WriteStartArray("counts"u8);
        foreach (var count in counts)
            json.WriteNumberValue(count);
        json.WriteEndArray();
    }

    /// <summary>The poll as a card of its event's log, as everybody may see it.</summary>
    public static Card ToCard(Poll poll) => new(poll.Id.Value, Card.Poll, JsonBuffer.Write(poll.ForViewers(), static (json, poll) => Write(json, poll), static (bytes, _) => Encoding.UTF8.GetString(bytes)));

    /// <summary>The poll that a card is; null for another card, or one that a newer program wrote in a way that this one does not know.</summary>
    public static Poll? Read(EventId id, Card card)
    {
        if (card.Type != Card.Poll)
            return null;
        try
        {
            using var document = JsonDocument.Parse(card.State);
            var state = document.RootElement;
            var poll = new PollId(state.GetProperty("pollID"u8).GetGuid());
            var (number, revision) = (state.GetProperty("number"u8).GetInt32(), state.GetProperty("revision"u8).GetInt64());
            PollNames.TryParse(state.GetProperty("status"u8).GetString(), out PollStatus status);
            if (status == PollStatus.Removed)
                return new Poll(poll, id, number, "", [], PollResults.Live, null, default, null, status, revision, new PollTally(poll, 0, 0, null));
            PollNames.TryParse(state.GetProperty("results"u8).GetString(), out PollResults results);
            return new Poll(poll, id, number, state.GetProperty("question"u8).GetString()!, [.. state.GetProperty("options"u8).EnumerateArray().Select(option => option.GetString()!)], results,
                TimeOf(state, "endsAt"), state.GetProperty("openedAt"u8).GetDateTimeOffset(), TimeOf(state, "closedAt"), status, revision,
                new PollTally(poll, state.GetProperty("version"u8).GetInt64(), state.GetProperty("votes"u8).GetInt32(),
                    state.TryGetProperty("counts"u8, out var counts) ? [.. counts.EnumerateArray().Select(count => count.GetInt32())] : null));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static DateTimeOffset? TimeOf(JsonElement state, string name) => state.TryGetProperty(name, out var time) ? time.GetDateTimeOffset() : null;
}
