namespace LiveComments.Pictures;

/// <summary>Whose picture it is: a person's or an event's. Each has one at most.</summary>
public readonly record struct PictureSubject
{
    private PictureSubject(UserId? user, EventId? @event) => (User, Event) = (user, @event);

    public UserId? User { get; }

    public EventId? Event { get; }

    public static PictureSubject Of(UserId user) => new(user, null);

    public static PictureSubject Of(EventId id) => new(null, id);
}
