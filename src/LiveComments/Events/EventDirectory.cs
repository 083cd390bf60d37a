using System.Text.RegularExpressions;
using LiveComments.Accounts;
using LiveComments.Caching;
using LiveComments.Viewers;

namespace LiveComments.Events;

/// <summary>
/// Answers what every request asks first: which event is meant, and what the caller may do in it. Answers are cached for about a second (roles: ten), so that changes by other nodes and
/// processes are seen soon. While nothing changes, all events together cost the store one question a second. Nothing older than five (twenty) seconds is ever answered.
/// </summary>
public sealed partial class EventDirectory
{
    /// <summary>Events and appointments remembered; at about 1 KB each this is 16 MB.</summary>
    private const int Capacity = 16_384;

    private readonly ReadThroughCache<EventId, LiveEvent> _byId;
    private readonly ReadThroughCache<string, LiveEvent> _byVideoId;
    private readonly ReadThroughCache<(EventId, UserId), Role?> _appointments;

    public EventDirectory(IEventCatalog catalog, IParticipants participants, TimeProvider time)
    {
        var second = TimeSpan.FromSeconds(1);
        var watch = new VersionWatch(catalog.VersionAsync, time);
        _byId = new(Capacity, second, 5 * second, watch, catalog.FindAsync, time);
        _byVideoId = new(Capacity, second, 5 * second, watch, catalog.FindByVideoIdAsync, time);
        _appointments = new(Capacity, 10 * second, 20 * second, watch, (key, ct) => participants.FindRoleAsync(key.Item1, key.Item2, ct), time);
    }

    /// <summary>
    /// Raised after this process, or another node that said so, changed or removed an event, or changed who takes part in it. By then the directory has forgotten it. Handlers run one after another on the thread of the
    /// change, so they must be quick.
    /// </summary>
    public event Action<EventId>? Changed;

    /// <summary>Raised, as <see cref="Changed"/> is, after somebody was appointed, admitted or dismissed.</summary>
    public event Action<EventId, UserId>? Appointed;

    /// <summary>Tells other nodes what this process changed. Set once, before the first change.</summary>
    internal Action<EventId, string?, UserId?> Told { get; set; } = static (_, _, _) => { };

    /// <param name="videoIdOrUuid">The text from a path. Anything that is neither form gives null without asking the store.</param>
    /// <exception cref="StoreUnavailableException"/>
    public ValueTask<LiveEvent?> FindAsync(string videoIdOrUuid, CancellationToken ct) =>
        EventId.TryParse(videoIdOrUuid, out var id) ? FindAsync(id, ct)
        : IsVideoId(videoIdOrUuid) ? _byVideoId.GetAsync(videoIdOrUuid, ct)
        : default;

    /// <exception cref="StoreUnavailableException"/>
    public ValueTask<LiveEvent?> FindAsync(EventId id, CancellationToken ct) => _byId.GetAsync(id, ct);

    /// <summary>
    /// The highest role that the caller's token and appointment give in an event. Null when the caller may not even read it: the event is private and the caller was not admitted, or there
    /// is no such event.
    /// </summary>
    /// <param name="caller">Null: anonymous, at most a viewer.</param>
    /// <exception cref="StoreUnavailableException"/>
    public ValueTask<Role?> RoleAsync(EventId id, Caller? caller, CancellationToken ct)
    {
        var found = FindAsync(id, ct);
        if (!found.IsCompletedSuccessfully)
            return WaitAsync(found, caller, ct);
        return found.Result is { } liveEvent ? RoleAsync(liveEvent, caller, ct) : default;

        async ValueTask<Role?> WaitAsync(ValueTask<LiveEvent?> finding, Caller? who, CancellationToken cancel) =>
            await finding is { } liveEvent ? await RoleAsync(liveEvent, who, cancel) : null;
    }

    /// <summary>As <see cref="RoleAsync(EventId, Caller?, CancellationToken)"/>, for an event that was found.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public ValueTask<Role?> RoleAsync(LiveEvent liveEvent, Caller? caller, CancellationToken ct)
    {
        var isPublic = liveEvent.Settings.Visibility == Visibility.Public;
        if (caller is null)
            return new ValueTask<Role?>(isPublic ? Role.Viewer : null);
        var byToken = caller.RoleIn(liveEvent.Id);
        if (byToken == Role.Administrator)
            return new ValueTask<Role?>(byToken);
        var appointed = _appointments.GetAsync((liveEvent.Id, caller.UserId), ct);
        return appointed.IsCompletedSuccessfully
            ? new ValueTask<Role?>(Highest(appointed.Result, byToken, isPublic))
            : WaitAsync(appointed, byToken, isPublic);

        static async ValueTask<Role?> WaitAsync(ValueTask<Role?> finding, Role token, bool open) => Highest(await finding, token, open);
    }

    /// <summary>Whether the caller may change the event: an administrator, or somebody who was appointed as its host.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<bool> IsHostAsync(string videoIdOrUuid, Caller caller, CancellationToken ct) =>
        await FindAsync(videoIdOrUuid, ct) is { } liveEvent && await RoleAsync(liveEvent, caller, ct) == Role.Administrator;

    /// <summary>The kind of seat that a caller may claim in an event with a limited number of viewers.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<SeatClaim> SeatClaimAsync(EventId id, Caller? caller, Role role, CancellationToken ct) =>
        role > Role.Viewer ? SeatClaim.Staff
        : caller is not null && await IsAdmittedAsync(id, caller.UserId, ct) ? SeatClaim.Admitted
        : SeatClaim.Stranger;

    /// <summary>Whether somebody was admitted to the event, with whatever role.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<bool> IsAdmittedAsync(EventId id, UserId user, CancellationToken ct) => await _appointments.GetAsync((id, user), ct) is not null;

    /// <summary>Forgets an event that this process changed or removed, and says so.</summary>
    public void Forget(LiveEvent liveEvent)
    {
        Hear(liveEvent.Id, liveEvent.VideoId, null);
        Told(liveEvent.Id, liveEvent.VideoId, null);
    }

    /// <summary>Forgets an appointment that this process changed, and says so.</summary>
    public void Forget(EventId id, UserId userId)
    {
        Hear(id, null, userId);
        Told(id, null, userId);
    }

    /// <summary>Forgets what another node says that it changed.</summary>
    /// <param name="userId">Whose appointment it was; null when the event was changed or removed.</param>
    internal void Hear(EventId id, string? videoId, UserId? userId)
    {
        if (userId is { } user)
        {
            _appointments.Forget((id, user));
            Appointed?.Invoke(id, user);
        }
        else
        {
            _byId.Forget(id);
            if (videoId is not null)
                _byVideoId.Forget(videoId);
        }
        Changed?.Invoke(id);
    }

    /// <summary>True for 1-64 of <c>[A-Za-z0-9_-]</c> that do not read as an <see cref="EventId"/>.</summary>
    public static bool IsVideoId(string text) => VideoIdPattern().IsMatch(text) && !Guid.TryParse(text, out _);

    private static Role? Highest(Role? appointed, Role byToken, bool isPublic) =>
        appointed is { } role && role > byToken ? role
        : isPublic || appointed is not null || byToken > Role.Viewer ? byToken
        : null;

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex VideoIdPattern();
}
