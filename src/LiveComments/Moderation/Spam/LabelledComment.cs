namespace LiveComments.Moderation.Spam;

/// <summary>An example for <see cref="SpamTraining"/>.</summary>
/// <param name="Text">As <see cref="Comments.CommentText"/> has normalised it.</param>
/// <param name="Weight">How many examples it counts as.</param>
public readonly record struct LabelledComment(string Text, bool IsSpam, double Weight = 1);
