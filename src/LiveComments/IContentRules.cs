namespace LiveComments;

/// <summary>
/// The rules about texts that moderators give an event, and administrators all events: the documents' <c>event_moderation_rules</c> of the type <c>content_filter</c>. Every change also changes
/// <see cref="IEventCatalog.VersionAsync"/>. Every method may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IContentRules
{
    /// <summary>The JSON that was put last; null when none was, or the event is gone.</summary>
    /// <param name="id">Null: the rules of all events.</param>
    ValueTask<string?> FindAsync(EventId? id, CancellationToken ct);

    /// <summary>Replaces the rules; false when the event is gone. It is flushed before it is answered.</summary>
    /// <param name="id">Null: the rules of all events.</param>
    ValueTask<bool> PutAsync(EventId? id, string rules, DateTimeOffset at, CancellationToken ct);
}
