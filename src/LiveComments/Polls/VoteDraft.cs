namespace LiveComments.Polls;

/// <summary>One person's vote; it takes the place of what they chose before.</summary>
public readonly record struct VoteDraft(UserId User, Vote Vote);
