using System.Runtime.InteropServices;

namespace LiveComments.Feeds;

/// <summary>The connections of one room on one sender.</summary>
internal sealed class SenderGroup(RoomFeed feed, Sender sender) : ISendWork
{
    // Only touched by the sender's thread.
    private readonly List<Connection> _connections = [];
    private long _sentTo;
    private long _sentCounts;

    // Queued at the sender or waiting there for its time.
    private int _scheduled;

    public Sender Sender => sender;

    /// <summary>Makes the sender look at this room. Several wakes before it does count as one.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _scheduled, 1) == 0)
            sender.Schedule(this);
    }

    public void Run()
    {
        // Cleared first, so that later announcements wake it again.
        Interlocked.Exchange(ref _scheduled, 0);
        var due = feed.Seal();
        var started = sender.Now;
        var (shownTo, counts) = (feed.ShownTo, feed.Counts.Next);
        if (shownTo != _sentTo || counts != _sentCounts)
        {
            Pump(CollectionsMarshal.AsSpan(_connections));
            if (shownTo != _sentTo)
                feed.Delivered(started);
            (_sentTo, _sentCounts) = (shownTo, counts);
        }
        if (due != 0 && Interlocked.Exchange(ref _scheduled, 1) == 0)
            sender.Later(this, due);
    }

    private static void Pump(ReadOnlySpan<Connection> connections)
    {
        for (var i = 0; i < connections.Length; i++)
        {
            // Each step reads what the step before it prefetched.
            if (i + 3 < connections.Length)
                Prefetch.Lines(connections[i + 3], 4);
            if (i + 2 < connections.Length)
                Prefetch.Lines(connections[i + 2].WritesBy.Output, 1);
            if (i + 1 < connections.Length)
                Prefetch.Lines(connections[i + 1].WritesBy.Handle, 1);
            connections[i].Pump();
        }
    }

    /// <summary>Only on the sender's thread.</summary>
    public void Add(Connection connection)
    {
        connection.Place = _connections.Count;
        _connections.Add(connection);
    }

    /// <summary>Only on the sender's thread.</summary>
    public void Remove(Connection connection)
    {
        var last = _connections[^1];
        _connections[connection.Place] = last;
        last.Place = connection.Place;
        _connections.RemoveAt(_connections.Count - 1);
    }
}
