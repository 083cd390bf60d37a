namespace LiveComments.PersonalData;

/// <summary>A person whose account is ended and whose data is being erased.</summary>
/// <param name="IsRepeat">True when it was done once already: what was under way then has arrived since.</param>
public readonly record struct Erasure(UserId User, bool IsRepeat);
