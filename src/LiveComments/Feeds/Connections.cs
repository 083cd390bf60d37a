using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using LiveComments.Accounts;

namespace LiveComments.Feeds;

/// <summary>Every open connection of this node, and which of them belong to whom.</summary>
internal sealed class Connections
{
    private readonly ConcurrentDictionary<long, Connection>[] _parts;
    private readonly ConcurrentDictionary<UserId, ConcurrentDictionary<long, Connection>> _byUser = new();

    // Each connection once, so no more than are open and than were closed in the last second.
    private readonly ConcurrentQueue<Connection> _changed = new();

    private int _count;

    /// <param name="parts">Into how many parts they are divided, to be looked at in turn.</param>
    public Connections(int parts) => _parts = [.. Enumerable.Range(0, parts).Select(_ => new ConcurrentDictionary<long, Connection>())];

    public int Count => Volatile.Read(ref _count);

    /// <summary>All of them; nothing is copied.</summary>
    public IEnumerable<Connection> All => from part in _parts from connection in part select connection.Value;

    /// <summary>One part of them; nothing is copied.</summary>
    public IEnumerable<KeyValuePair<long, Connection>> Part(long part) => _parts[part % _parts.Length];

    public void Add(Connection connection)
    {
        if (PartOf(connection).TryAdd(connection.Number, connection))
            Interlocked.Increment(ref _count);
        Moved(connection, null);
    }

    public void Remove(Connection connection)
    {
        if (!PartOf(connection).TryRemove(connection.Number, out _))
            return;
        Interlocked.Decrement(ref _count);
        if (connection.Caller is { } caller)
            Take(connection, caller.UserId);
        Changed(connection);
    }

    /// <summary>A connection is shown something for the first time or the last, is in sight or is not, or speaks for somebody else.</summary>
    public void Changed(Connection connection)
    {
        if (connection.MarkChanged())
            _changed.Enqueue(connection);
    }

    /// <summary>A connection that has changed since this gave it last. There is one who asks.</summary>
    public bool TryTakeChanged([NotNullWhen(true)] out Connection? connection)
    {
        if (!_changed.TryDequeue(out connection))
            return false;
        connection.TakeChange();
        return true;
    }

    /// <summary>A connection speaks for somebody else than before.</summary>
    public void Moved(Connection connection, Caller? before)
    {
        if (before is not null && before.UserId != connection.Caller?.UserId)
            Take(connection, before.UserId);
        if (connection.Caller is { } caller && PartOf(connection).ContainsKey(connection.Number))
            lock (_byUser)
                _byUser.GetOrAdd(caller.UserId, static _ => new())[connection.Number] = connection;
        if (connection.IsAttached)
            Changed(connection);
    }

    /// <summary>The open connections of one person, in whatever events they watch.</summary>
    public IEnumerable<Connection> Of(UserId user) => _byUser.TryGetValue(user, out var own) ? own.Values : [];

    private ConcurrentDictionary<long, Connection> PartOf(Connection connection) => _parts[connection.Number % _parts.Length];

    private void Take(Connection connection, UserId user)
    {
        lock (_byUser)
            if (_byUser.TryGetValue(user, out var own) && own.TryRemove(connection.Number, out _) && own.IsEmpty)
                _byUser.TryRemove(user, out _);
    }
}
