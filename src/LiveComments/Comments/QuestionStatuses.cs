namespace LiveComments.Comments;

/// <summary>The names of a question's states in requests, answers and stores.</summary>
public static class QuestionStatuses
{
    public static string Name(this QuestionStatus status) => status == QuestionStatus.Answered ? "answered" : "open";

    /// <summary>Reads the exact lower-case name.</summary>
    public static bool TryParse(string? name, out QuestionStatus status)
    {
        status = name == "answered" ? QuestionStatus.Answered : QuestionStatus.Open;
        return name == status.Name();
    }

    /// <summary>The state of a comment as stores keep it; null for one that is no question.</summary>
    public static QuestionStatus? OfStored(string? stored) => TryParse(stored, out var status) ? status : null;
}
