using System.Globalization;
using LiveComments.Load.Check;
using LiveComments.Load.Net;
using LiveComments.Load.Protocol;

namespace LiveComments.Load.Posting;

/// <summary>
/// Users who post to one event without waiting for answers, each over a WebSocket or a keep-alive HTTP connection of their own. Nothing is tried again. What a poster's
/// connection cannot take, because the server does not read it or has not answered the request before, is not sent and only counted.
/// </summary>
internal sealed class Flood
{
    /// <summary>Bytes of one poster that may wait in this program for a server that does not read. What waits here is no request yet, and the server cannot answer it.</summary>
    private const int MaxUnsent = 4 << 10;

    private readonly string _room;
    private readonly IReadOnlyList<string> _tokens;
    private readonly IReadOnlyList<string>? _addresses;
    private readonly Poster[] _sockets = [];
    private readonly HttpPoster[] _connections = [];
    private int _next;

    /// <param name="room">The path <c>/live/{videoID}/comments</c> of the event.</param>
    /// <param name="tokens">One for each poster.</param>
    /// <param name="addresses">From where each of them posts over HTTP, as a trusted proxy says; null for nothing said.</param>
    public Flood(Loop loop, Endpoint endpoint, string room, IReadOnlyList<string> tokens, bool overWebSocket, IReadOnlyList<string>? addresses = null)
    {
        (_room, _tokens, _addresses) = (room, tokens, addresses);
        if (overWebSocket)
            _sockets = [.. tokens.Select(token => new Poster(loop, endpoint, room + "/stream", token, (_, answer, now) => OnAnswer(answer, now)))];
        else
            _connections = [.. tokens.Select(_ => new HttpPoster(loop, endpoint, (_, answer, now) => OnAnswer(answer, now)))];
    }

    /// <summary>What became of the posts so far.</summary>
    public FloodLedger Ledger { get; } = new();

    /// <summary>Posts that were due and that no connection could take.</summary>
    public long HeldBack { get; private set; }

    /// <summary>Called after an answer.</summary>
    public Action? Answered { get; set; }

    public bool IsReady => Array.TrueForAll(_sockets, socket => socket.IsReady);

    /// <summary>Connections that ended without this program's doing.</summary>
    public int Ended => _sockets.Sum(socket => socket.Ended.Count) + _connections.Sum(connection => connection.Ended.Count);

    /// <summary>Opens sockets that are not open, a number at a time.</summary>
    public void Tick(long now)
    {
        var connecting = _sockets.Count(socket => socket.IsOpen && !socket.IsReady);
        foreach (var socket in _sockets)
        {
            if (connecting >= Recipes.Stage.MaxConnecting)
                return;
            if (!socket.MayOpen(now))
                continue;
            socket.Open();
            connecting++;
        }
    }

    /// <summary>Sends a post, by the posters in turn.</summary>
    /// <returns>False when its poster could not take it.</returns>
    public bool Send(long now)
    {
        var poster = _next;
        _next = (_next + 1) % _tokens.Count;
        if (_sockets.Length > 0 ? !_sockets[poster].IsReady || _sockets[poster].Unsent > MaxUnsent : _connections[poster].Post is not null)
        {
            HeldBack++;
            return false;
        }
        var number = Ledger.Send(now);
        if (_sockets.Length > 0)
            _sockets[poster].Send(Messages.Comment(Key.Of(number), Text(number)));
        else
            _connections[poster].Send(new Post(number, poster, Text(number)), _room, _tokens[poster], _addresses?[poster]);
        return true;
    }

    /// <summary>The number that a text of this flood begins with; -1 for any other text.</summary>
    public static long Number(string? text) =>
        text is not null && text.IndexOf(' ', StringComparison.Ordinal) is var end and > 0 && long.TryParse(text.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static string Text(int number) => string.Create(CultureInfo.InvariantCulture, $"{number} what a goal, did you see that");

    private void OnAnswer(Answer answer, long now)
    {
        // A connection that ended gives no answer: what it carried stays without one.
        if (answer.Code == PostOffice.NoAnswer)
            return;
        Ledger.Answer(answer.Id, answer.Code, now);
        Answered?.Invoke();
    }
}
