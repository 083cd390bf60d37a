using System.Collections.Concurrent;
using LiveComments.Accounts;

namespace LiveComments.Feeds;

/// <summary>Every open connection of this node, and which of them belong to whom.</summary>
internal sealed class Connections
{
    private readonly ConcurrentDictionary<long, Connection> _all = new();
    private readonly ConcurrentDictionary<UserId, ConcurrentDictionary<long, Connection>> _byUser = new();

    public int Count => _all.Count;

    public IEnumerable<Connection> All => _all.Values;

    public void Add(Connection connection)
    {
        _all[connection.Number] = connection;
        Moved(connection, null);
    }

    public void Remove(Connection connection)
    {
        if (_all.TryRemove(connection.Number, out _) && connection.Caller is { } caller)
            Take(connection, caller.UserId);
    }

    /// <summary>A connection speaks for somebody else than before.</summary>
    public void Moved(Connection connection, Caller? before)
    {
        if (before is not null && before.UserId != connection.Caller?.UserId)
            Take(connection, before.UserId);
        if (connection.Caller is { } caller && _all.ContainsKey(connection.Number))
            lock (_byUser)
                _byUser.GetOrAdd(caller.UserId, static _ => new())[connection.Number] = connection;
    }

    /// <summary>The open connections of one person, in whatever events they watch.</summary>
    public IEnumerable<Connection> Of(UserId user) => _byUser.TryGetValue(user, out var own) ? own.Values : [];

    private void Take(Connection connection, UserId user)
    {
        lock (_byUser)
            if (_byUser.TryGetValue(user, out var own) && own.TryRemove(connection.Number, out _) && own.IsEmpty)
                _byUser.TryRemove(user, out _);
    }
}
