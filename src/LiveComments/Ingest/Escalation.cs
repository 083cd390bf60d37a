using System.Diagnostics.Metrics;
using System.Net;
using LiveComments.Caching;
using LiveComments.Challenges;
using LiveComments.Telemetry;
using LiveComments.Viewers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveComments.Ingest;

/// <summary>
/// What becomes of writers who run into their limits again and again on this node: first a challenge, then a block that ends by itself. It is counted for each person, and for each address with all
/// its people, so that many accounts of one machine do not help. Whoever solves a challenge writes on for a while, whatever others of the address do, until their own limits are reached again.
/// </summary>
public sealed partial class Escalation
{
    /// <summary>An address is borne as much as so many people. One person alone, who is blocked again and again, never brings a challenge to all of their address.</summary>
    public const int PeopleOfAddress = 20;

    /// <summary>For whom those solve challenges who are nobody yet. It is no account's id.</summary>
    public static readonly UserId Newcomer = new(Guid.Empty);

    /// <summary>People, and addresses, whose strikes are remembered. At about 150 bytes each, 20 MB; one that is forgotten begins anew.</summary>
    private const int Remembered = 65_536;

    /// <summary>How long a solved challenge is good for: long enough to answer seldom, and too short to sell.</summary>
    private static readonly TimeSpan Pass = TimeSpan.FromMinutes(2);

    private readonly BoundedCache<UserId, Conduct> _people = new(Remembered);
    private readonly BoundedCache<AddressBlock, Conduct> _addresses = new(Remembered);
    private readonly BoundedCache<UserId, TimeSpan> _passes = new(Remembered);
    private readonly Lock _striking = new();
    private readonly bool _enabled;
    private readonly IChallenge _challenge;
    private readonly IAbuseStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly long _started;
    private readonly Counter<long> _escalations;
    private readonly Counter<long> _answers;
    private volatile bool _anyStrike;

    public Escalation(IOptions<LimitsOptions> options, IChallenge challenge, IAbuseStore store, IMeterFactory meters, TimeProvider time, ILogger<Escalation> log)
    {
        (_enabled, _challenge, _store, _time, _log, _started) = (options.Value.Enabled, challenge, store, time, log, time.GetTimestamp());
        var meter = meters.LiveComments();
        _escalations = meter.CreateCounter<long>("livecomments.escalations", "{escalation}", "Writers and addresses that were asked to solve a challenge or blocked for a while, by who (person or address) and step (challenge or blocked).");
        _answers = meter.CreateCounter<long>("livecomments.challenge.answers", "{answer}", "Answers to challenges, by verdict (right, wrong, late, used or unknown).");
        foreach (var who in (string[])["person", "address"])
            foreach (var step in (string[])["challenge", "blocked"])
                _escalations.Add(0, new("who", who), new("step", step));
        foreach (var verdict in (string[])["right", "wrong", "late", "used", "unknown"])
            _answers.Add(0, new KeyValuePair<string, object?>("verdict", verdict));
    }

    private TimeSpan Now => _time.GetElapsedTime(_started);

    /// <summary>Why a viewer may not write a comment now; null when they may. A right answer to a challenge counts from now on.</summary>
    /// <param name="address">From where they write; null when that is not known.</param>
    /// <param name="answer">To the challenge that was asked; null without one.</param>
    /// <exception cref="StoreUnavailableException">The answer was right, and nobody can tell whether it was used before. It may be sent again.</exception>
    public ValueTask<Refusal?> CheckAsync(UserId user, EventId id, IPAddress? address, string? answer, CancellationToken ct)
    {
        if (!_anyStrike)
            return default;
        return StepOf(user, address, out var wait) switch
        {
            ConductStep.Free => default,
            ConductStep.Blocked => new(new Refusal(Error.TemporarilyBlocked, wait)),
            _ => AskAsync(user, id, address, answer, ct),
        };
    }

    /// <summary>
    /// Why nobody new may join in from an address now; null when they may. While people of the address must solve challenges, everybody who is new solves one too: for
    /// <see cref="Newcomer"/>, because they have no id yet.
    /// </summary>
    /// <inheritdoc cref="CheckAsync"/>
    public async ValueTask<Refusal?> CheckNewcomerAsync(EventId id, IPAddress? address, string? answer, CancellationToken ct)
    {
        if (!_anyStrike)
            return null;
        return StepOf(Newcomer, address, out var wait) switch
        {
            ConductStep.Free => null,
            ConductStep.Blocked => new Refusal(Error.TemporarilyBlocked, wait),
            _ => answer is not null && await IsRightAsync(Newcomer, id, address, answer, ct) ? null : new Refusal(Error.ChallengeRequired, Challenge: _challenge.Ask(Newcomer, id)),
        };
    }

    /// <summary>Why a viewer may not react now: only a block stops reactions, which have tight limits of their own.</summary>
    public Refusal? Check(UserId user, IPAddress? address) =>
        _anyStrike && StepOf(user, address, out var wait) == ConductStep.Blocked ? new Refusal(Error.TemporarilyBlocked, wait) : null;

    /// <summary>Somebody ran into a limit.</summary>
    /// <param name="user">Null when it was the limit of the address, which is no fault of theirs.</param>
    public void Strike(UserId? user, IPAddress? address)
    {
        if (!_enabled)
            return;
        _anyStrike = true;
        if (user is { } person)
            Strike(_people, person, 1, "person", person);
        if (address is not null)
            Strike(_addresses, AddressBlock.Address(address), PeopleOfAddress, "address", AddressBlock.Address(address));
    }

    private void Strike<TKey>(BoundedCache<TKey, Conduct> all, TKey key, int people, string who, object name) where TKey : notnull
    {
        ConductStep before, after;
        TimeSpan blocked;
        lock (_striking)
        {
            var (now, known) = (Now, all.TryGet(key, out var found) ? found : default);
            var next = known.Strike(now, people);
            if (next == known)
                return;
            (before, after, blocked) = (known.StepAt(now, people), next.StepAt(now, people), next.BlockedUntil - now);
            all.Set(key, next, all.Stamp);
        }
        if (before == after)
            return;
        _escalations.Add(1, new("who", who), new("step", after == ConductStep.Blocked ? "blocked" : "challenge"));
        if (after == ConductStep.Blocked)
            LogBlocked(_log, who, name, blocked);
        else if (key is AddressBlock)
            LogAddressChallenged(_log, name);
        else
            LogChallenged(_log, name);
    }

    /// <summary>The harder of what a person and their address must do.</summary>
    /// <param name="wait">How long a block lasts.</param>
    private ConductStep StepOf(UserId user, IPAddress? address, out TimeSpan wait)
    {
        wait = default;
        var now = Now;
        var (own, step) = (_people.TryGet(user, out var person) ? person.StepAt(now) : ConductStep.Free, ConductStep.Free);
        if (own == ConductStep.Blocked)
            wait = person.BlockedUntil - now;
        if (address is not null && _addresses.TryGet(AddressBlock.Address(address), out var shared))
        {
            step = shared.StepAt(now, PeopleOfAddress);
            if (step == ConductStep.Blocked && shared.BlockedUntil - now > wait)
                wait = shared.BlockedUntil - now;
            if (step == ConductStep.Challenge && _passes.TryGet(user, out var until) && now < until)
                step = ConductStep.Free;
        }
        return own > step ? own : step;
    }

    private async ValueTask<Refusal?> AskAsync(UserId user, EventId id, IPAddress? address, string? answer, CancellationToken ct)
    {
        if (answer is not null && await IsRightAsync(user, id, address, answer, ct))
        {
            lock (_striking)
                if (_people.TryGet(user, out var known))
                    _people.Set(user, known.Solve(Now), _people.Stamp);
            _passes.Set(user, Now + Pass, _passes.Stamp);
            return null;
        }
        Strike(user, address);
        return new Refusal(Error.ChallengeRequired, Challenge: _challenge.Ask(user, id));
    }

    private async ValueTask<bool> IsRightAsync(UserId user, EventId id, IPAddress? address, string answer, CancellationToken ct)
    {
        var judged = await _challenge.CheckAsync(user, id, answer, address, ct);
        // Kept by the store, so that it is used once on all nodes and over a restart.
        var isRight = judged.Verdict == ChallengeVerdict.Right && await _store.SpendAsync(judged.Once, judged.Until, _time.GetUtcNow(), ct);
        _answers.Add(1, new KeyValuePair<string, object?>("verdict", judged.Verdict switch
        {
            ChallengeVerdict.Right => isRight ? "right" : "used",
            ChallengeVerdict.Late => "late",
            ChallengeVerdict.Unknown => "unknown",
            _ => "wrong",
        }));
        return isRight;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The person {Name} ran into limits again and again and must solve a challenge")]
    private static partial void LogChallenged(ILogger logger, object name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "People of the address {Name} ran into limits again and again and must solve challenges. If it is a proxy of yours, name it in LiveComments:Proxy:Trusted; if it is many people, raise LiveComments:Limits:WritersPerAddress")]
    private static partial void LogAddressChallenged(ILogger logger, object name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Who} {Name} went on and is blocked for {Blocked}")]
    private static partial void LogBlocked(ILogger logger, string who, object name, TimeSpan blocked);
}
