namespace LiveComments.Presence;

/// <summary>Somebody who is logged in and watches an event.</summary>
public readonly record struct PersonHere(UserId User, PresenceState State);
