using System.Collections.Concurrent;
using LiveComments.Accounts;

namespace LiveComments.Feeds;

/// <summary>Every open connection of this node, and which of them belong to whom.</summary>
internal sealed class Connections
{
    private readonly ConcurrentDictionary<long, Connection>[] _parts;
    private readonly ConcurrentDictionary<UserId, ConcurrentDictionary<long, Connection>> _byUser = new();

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
    }

    /// <summary>A connection speaks for somebody else than before.</summary>
    public void Moved(Connection connection, Caller? before)
    {
        if (before is not null && before.UserId != connection.Caller?.UserId)
            Take(connection, before.UserId);
        if (connection.Caller is { } caller && PartOf(connection).ContainsKey(connection.Number))
            lock (_byUser)
                _byUser.GetOrAdd(caller.UserId, static _ => new())[connection.Number] = connection;
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
