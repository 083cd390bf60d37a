using Akka.Actor;
using LiveComments.Telemetry;
using Microsoft.Extensions.Options;

namespace LiveComments.Akka;

/// <summary>What the actors of events work with.</summary>
/// <param name="options">See <see cref="EngineOptions"/>.</param>
internal sealed class EngineParts(IEventLog log, IReactionStore reactions, IOptions<EngineOptions> options, EngineMetrics metrics, ProcessFault fault, TimeProvider time)
{
    public IEventLog Log => log;

    public IReactionStore Reactions => reactions;

    public EngineOptions Options { get; } = options.Value;

    public EngineMetrics Metrics => metrics;

    public ProcessFault Fault => fault;

    public TimeProvider Time => time;

    /// <summary>The relays of all nodes; set once, before the first event's actor.</summary>
    public IReadOnlyCollection<IActorRef> Relays { get; set; } = [];
}
