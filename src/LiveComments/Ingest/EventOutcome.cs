using LiveComments.Events;

namespace LiveComments.Ingest;

/// <summary>The outcome of a change: the event as it is now, or why it was refused.</summary>
/// <param name="Detail">What exactly is wrong, when the error alone does not say it.</param>
public readonly record struct EventOutcome(LiveEvent? Event, Error? Error, string? Detail = null)
{
    public static EventOutcome Refused(Error error, string? detail = null) => new(null, error, detail);

    public static implicit operator EventOutcome(LiveEvent liveEvent) => new(liveEvent, null);
}
