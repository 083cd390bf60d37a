using LiveComments.Caching;
using LiveComments.Events;
using Microsoft.Extensions.Logging;

namespace LiveComments.Moderation.Rules;

/// <summary>
/// The rules about texts that hold in each event, cached so that a comment costs no question. A change by this node holds at once, one by another node within about a second. Rules that this program
/// cannot read, because a newer one wrote them, are left out and logged: a filter never stops a conversation.
/// </summary>
public sealed partial class RulesInForce
{
    /// <summary>Events remembered. Nearly all have no rules; the largest rules are some 200 KB.</summary>
    private const int Capacity = 4_096;

    /// <summary>Stands for all events.</summary>
    private static readonly EventId All = new(Guid.Empty);

    private readonly IContentRules _store;
    private readonly EventDirectory _directory;
    private readonly TimeProvider _time;
    private readonly ILogger<RulesInForce> _logger;
    private readonly ReadThroughCache<EventId, ContentRules> _rules;

    public RulesInForce(IContentRules store, IEventCatalog catalog, EventDirectory directory, TimeProvider time, ILogger<RulesInForce> logger)
    {
        (_store, _directory, _time, _logger) = (store, directory, time, logger);
        var second = TimeSpan.FromSeconds(1);
        _rules = new(Capacity, second, 5 * second, new VersionWatch(catalog.VersionAsync, time), LoadAsync, time);
        directory.Changed += _rules.Forget;
    }

    /// <summary>The rules of all events and those of one.</summary>
    /// <exception cref="StoreUnavailableException">They are not in memory and the store does not answer.</exception>
    public ValueTask<EventRules> OfAsync(EventId id, CancellationToken ct)
    {
        var (all, own) = (_rules.GetAsync(All, ct), _rules.GetAsync(id, ct));
        return all.IsCompletedSuccessfully && own.IsCompletedSuccessfully ? new(new EventRules(all.Result, own.Result)) : WaitAsync(all, own);

        static async ValueTask<EventRules> WaitAsync(ValueTask<ContentRules?> all, ValueTask<ContentRules?> own) => new(await all, await own);
    }

    /// <summary>The rules as they were put; null when none were, or the event is gone.</summary>
    /// <param name="id">Null: those of all events.</param>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<ContentRules?> FindAsync(EventId? id, CancellationToken ct) => Read(id, await _store.FindAsync(id, ct));

    /// <summary>Replaces the rules; false when the event is gone.</summary>
    /// <param name="liveEvent">Null: those of all events.</param>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<bool> PutAsync(LiveEvent? liveEvent, ContentRules rules, CancellationToken ct)
    {
        if (!await _store.PutAsync(liveEvent?.Id, ContentRulesJson.Write(rules), _time.GetUtcNow(), ct))
            return false;
        // It tells the other nodes too.
        if (liveEvent is not null)
            _directory.Forget(liveEvent);
        else
            _rules.Forget(All);
        return true;
    }

    private async ValueTask<ContentRules?> LoadAsync(EventId id, CancellationToken ct) => await FindAsync(id == All ? null : id, ct);

    private ContentRules? Read(EventId? id, string? json)
    {
        if (json is null)
            return null;
        var rules = ContentRulesJson.Read(json, out var fault);
        if (rules is null)
            LogUnreadable(_logger, id?.ToString() ?? "all events", fault!);
        return rules;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The rules of {Event} cannot be read and do not hold: {Fault}")]
    private static partial void LogUnreadable(ILogger logger, string @event, string fault);
}
