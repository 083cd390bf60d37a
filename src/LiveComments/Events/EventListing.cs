namespace LiveComments.Events;

/// <summary>Which events to list.</summary>
/// <param name="Status">Null: any.</param>
/// <param name="EventType">Null: any.</param>
/// <param name="After">Those that follow this event in the order of the list; null: from the first. Of an event that is gone nothing follows.</param>
/// <param name="Private">True lists every private event, false only those that <paramref name="Participant"/> was admitted to.</param>
/// <param name="Limit">At most so many.</param>
public sealed record EventListing(EventStatus? Status, string? EventType, EventId? After, bool Private, UserId? Participant, int Limit);
