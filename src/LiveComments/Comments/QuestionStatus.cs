namespace LiveComments.Comments;

/// <summary>Whether a question was answered. Numbers are stored: never change them.</summary>
public enum QuestionStatus : byte
{
    Open = 1,

    /// <summary>A moderator marked it.</summary>
    Answered = 2,
}
