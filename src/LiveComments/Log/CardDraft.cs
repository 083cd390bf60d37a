namespace LiveComments.Log;

/// <summary>Places a card's state, whatever the event's status.</summary>
public sealed record CardDraft(Card Card) : EntryDraft;
