using System.Text.Json;
using LiveComments.Comments;

namespace LiveComments.Log;

/// <summary>Something that an event shows beside its comments, such as a poll. Of several states of one card the last in the log holds.</summary>
/// <param name="Type">What it is, such as <see cref="Poll"/>. Programs pass over types that they do not know.</param>
/// <param name="State">All of it, a JSON object.</param>
public sealed record Card(Guid Id, string Type, string State)
{
    /// <summary>The type of a poll.</summary>
    public const string Poll = "poll";

    /// <summary>The type of the comment on stage. An event has one such card, with the event's id.</summary>
    public const string Stage = "stage";

    /// <summary>The type of what a question has become, with the id of its comment.</summary>
    public const string Question = "question";

    /// <summary>The card that puts a comment on stage, or with null takes it off. It has the comment's id and never its text, which could not be erased from it.</summary>
    public static Card OnStage(EventId id, CommentId? comment) => new(id.Value, Stage, comment is { } staged ? $$"""{"commentID":"{{staged}}"}""" : "{}");

    public static Card OfQuestion(CommentId comment, QuestionStatus status) => new(comment.Value, Question, $$"""{"commentID":"{{comment}}","status":"{{status.Name()}}"}""");

    /// <summary>What this card says of a question; null of cards of other types.</summary>
    public QuestionStatus? Marked()
    {
        if (Type != Question)
            return null;
        using var state = JsonDocument.Parse(State);
        return state.RootElement.TryGetProperty("status"u8, out var status) ? QuestionStatuses.OfStored(status.GetString()) : null;
    }

    /// <summary>The comment that this card puts on stage; null for one that takes it off, and for cards of other types.</summary>
    public CommentId? Staged()
    {
        if (Type != Stage)
            return null;
        using var state = JsonDocument.Parse(State);
        return state.RootElement.TryGetProperty("commentID"u8, out var id) && id.TryGetGuid(out var comment) ? new CommentId(comment) : null;
    }
}
