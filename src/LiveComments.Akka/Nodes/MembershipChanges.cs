using Akka.Actor;
using LiveComments.Nodes;

namespace LiveComments.Akka.Nodes;

/// <summary>The latest changes of membership, numbered, for those who follow them. Thread-safe.</summary>
internal sealed class MembershipChanges(TimeProvider time)
{
    /// <summary>Several hours of a cluster that is updated all the time; whoever follows it asks every second.</summary>
    private const int Kept = 1_000;

    private readonly Queue<MembershipChange> _changes = new();
    private readonly Lock _lock = new();
    private long _last;

    /// <summary>The number of the latest change; 0 before the first.</summary>
    public long Last
    {
        get
        {
            lock (_lock)
                return _last;
        }
    }

    public void Add(Address node, string what)
    {
        lock (_lock)
        {
            if (_changes.Count == Kept)
                _changes.Dequeue();
            _changes.Enqueue(new MembershipChange(++_last, time.GetUtcNow(), node.ToString(), what));
        }
    }

    public IReadOnlyList<MembershipChange> After(long number)
    {
        lock (_lock)
            return [.. _changes.Where(change => change.Number > number)];
    }
}
