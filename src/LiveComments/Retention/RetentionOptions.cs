namespace LiveComments.Retention;

/// <summary>How long things are kept: section <c>LiveComments:Retention</c>. Nothing is deleted before its time, and everything within an <see cref="Interval"/> after it.</summary>
public sealed class RetentionOptions
{
    /// <summary>Comments and reactions, counted from the end of their event; an event whose settings say <c>keep</c> keeps them. The documents ask for 30 days; 1 hour to 100 years.</summary>
    public TimeSpan EndedEvents { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Idempotency keys, so that a client that was offline for a night may still retry; 1 hour to 30 days.</summary>
    public TimeSpan Keys { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The texts of removed comments, which only the database still has, for looking into complaints; 0 to 1 year.</summary>
    public TimeSpan RemovedTexts { get; set; } = TimeSpan.FromDays(7);

    /// <summary>What was counted of events, for their statistics: longer than the comments, because it names nobody. The documents ask for 90 days; 1 day to 100 years.</summary>
    public TimeSpan Analytics { get; set; } = TimeSpan.FromDays(90);

    /// <summary>
    /// Guests, counted from when they last came: as long as their log-in lasts (`Auth:SessionLifetime`), after which nobody can be them any more. A guest of whom a comment is left is kept, so that a replay keeps its
    /// authors; 1 day, because an access token may last so long, to 100 years.
    /// </summary>
    public TimeSpan Guests { get; set; } = TimeSpan.FromDays(30);

    /// <summary>From the start of one round to the next; 1 minute to 1 day.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Between two steps. A step is about 5 ms of the store's time, so that live traffic keeps nine tenths of it.</summary>
    internal TimeSpan Pause { get; set; } = TimeSpan.FromMilliseconds(50);
}
