using System.Collections.Concurrent;

namespace LiveComments.Moderation;

/// <summary>Which moderators look at which comments, on all nodes. Kept in memory only: who looks says so again and again.</summary>
public sealed class Lookers(TimeProvider time)
{
    /// <summary>Moderators remembered, over all events: about 10 MB. Beyond it all are forgotten until they say so again.</summary>
    private const int Remembered = 50_000;

    private readonly ConcurrentDictionary<(EventId Event, UserId User), (CommentId Comment, DateTimeOffset At)> _looks = new();

    /// <summary>Who has not said for so long that they still look does not.</summary>
    public static TimeSpan Lasts { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Tells other nodes. Set once, before the first look.</summary>
    internal Action<Look> Told { get; set; } = static _ => { };

    /// <summary>A moderator on this node looks at a comment, or at none any more.</summary>
    public void Tell(Look look)
    {
        Hear(look);
        Told(look);
    }

    /// <summary>Who looks at what in an event, by person.</summary>
    public IReadOnlyList<Look> In(EventId id)
    {
        if (_looks.IsEmpty)
            return [];
        var since = time.GetUtcNow() - Lasts;
        return [.. _looks.Where(look => look.Key.Event == id && look.Value.At >= since).Select(look => new Look(id, look.Key.User, look.Value.Comment)).OrderBy(look => look.User.Value)];
    }

    /// <summary>Somebody looks, on whatever node.</summary>
    internal void Hear(Look look)
    {
        if (look.Comment is not { } comment)
        {
            _looks.TryRemove((look.Event, look.User), out _);
            return;
        }
        if (_looks.Count >= Remembered)
            Forget();
        _looks[(look.Event, look.User)] = (comment, time.GetUtcNow());
    }

    private void Forget()
    {
        var since = time.GetUtcNow() - Lasts;
        foreach (var (who, what) in _looks)
            if (what.At < since)
                _looks.TryRemove(who, out _);
        if (_looks.Count >= Remembered)
            _looks.Clear();
    }
}
