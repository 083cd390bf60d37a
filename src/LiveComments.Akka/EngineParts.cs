using Akka.Actor;
using LiveComments.Akka.Nodes;
using LiveComments.Telemetry;
using Microsoft.Extensions.Options;

namespace LiveComments.Akka;

/// <summary>What the actors of events work with.</summary>
/// <param name="options">See <see cref="EngineOptions"/>.</param>
/// <param name="standstill">Null where no other node can take over.</param>
/// <param name="hot">Null where nodes share no memory.</param>
/// <param name="streams">Null where no other program is told.</param>
internal sealed class EngineParts(
    IEventLog log, IReactionStore reactions, IPollStore polls, IModerationStore moderation, IOptions<EngineOptions> options, EngineMetrics metrics, ProcessFault fault, TimeProvider time, Standstill? standstill = null, IHotEntries? hot = null, INoticeStreams? streams = null)
{
    /// <summary>Restarts of events' actors within a minute that are borne.</summary>
    private const int Restarts = 10;

    private readonly Queue<long> _restarts = new();

    public IEventLog Log => log;

    public IReactionStore Reactions => reactions;

    public IPollStore Polls => polls;

    public IModerationStore Moderation => moderation;

    public IHotEntries? Hot => hot;

    public INoticeStreams? Streams => streams;

    public EngineOptions Options { get; } = options.Value;

    public EngineMetrics Metrics => metrics;

    public ProcessFault Fault => fault;

    public TimeProvider Time => time;

    /// <summary>Whether another node may have stored something newer than what waits here.</summary>
    public bool MayBeOvertaken => standstill is { IsJustOver: true };

    /// <summary>The relay of this node, and in a cluster the actor that tells those of all others; set once, before the first event's actor.</summary>
    public IReadOnlyCollection<IActorRef> Relays { get; set; } = [];

    /// <summary>An event's actor was restarted. One that fails again and again is broken, and so is the process.</summary>
    public void CountRestart(EventId id, Exception reason)
    {
        lock (_restarts)
        {
            while (_restarts.TryPeek(out var first) && time.GetElapsedTime(first) > TimeSpan.FromMinutes(1))
                _restarts.Dequeue();
            _restarts.Enqueue(time.GetTimestamp());
            if (_restarts.Count <= Restarts)
                return;
        }
        fault.Raise(new InvalidOperationException($"The actor of event {id} failed again and again.", reason));
    }
}
