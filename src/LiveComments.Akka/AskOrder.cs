using Akka.Actor;
using LiveComments.Akka.Messages;

namespace LiveComments.Akka;

/// <summary>
/// Puts the requests of each gate into their order. One may be lost while an event moves to another node; those behind it wait until it is asked again, so that what somebody wrote first
/// is placed first.
/// </summary>
internal sealed class AskOrder<TDraft>
{
    /// <summary>Beyond this many, gates that asked nothing for a while are forgotten. A gate lives for a minute after its last use.</summary>
    private const int Remembered = 64;

    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(5);

    private readonly Dictionary<long, Gate> _gates = [];

    /// <summary>Gives what may go on now: nothing while an earlier request is missing, else this one and those that waited for it. One that was seen before goes on at once.</summary>
    /// <param name="now">A timestamp, as <paramref name="time"/> gives it.</param>
    public IEnumerable<(StoreRequest<TDraft> Request, IActorRef By)> Take(StoreRequest<TDraft> request, IActorRef by, TimeProvider time, long now)
    {
        var (number, oldest) = (request.At.Number, request.At.Oldest);
        if (!_gates.TryGetValue(request.At.Gate, out var gate))
        {
            if (_gates.Count >= Remembered)
                foreach (var (id, idle) in _gates)
                    if (time.GetElapsedTime(idle.UsedAt, now) > Forgotten)
                        _gates.Remove(id);
            _gates[request.At.Gate] = gate = new Gate(oldest);
        }
        gate.UsedAt = now;
        if (number < gate.Next)
        {
            yield return (request, by);
            yield break;
        }
        gate.Held[number] = (request, by);
        // What nobody waits for any more will not come.
        gate.Next = Math.Max(gate.Next, oldest);
        while (gate.Held.Count > 0 && gate.Held.GetKeyAtIndex(0) <= gate.Next)
        {
            var (first, held) = (gate.Held.GetKeyAtIndex(0), gate.Held.GetValueAtIndex(0));
            gate.Held.RemoveAt(0);
            if (first < gate.Next)
                continue;
            gate.Next++;
            yield return held;
        }
    }

    private sealed class Gate(long next)
    {
        /// <summary>The number of the request that goes on next.</summary>
        public long Next { get; set; } = next;

        public long UsedAt { get; set; }

        /// <summary>Requests that came before an earlier one: no more than a gate has under way.</summary>
        public SortedList<long, (StoreRequest<TDraft> Request, IActorRef By)> Held { get; } = [];
    }
}
