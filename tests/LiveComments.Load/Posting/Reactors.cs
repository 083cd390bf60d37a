using System.Buffers.Text;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Protocol;
using LiveComments.Load.Target;

namespace LiveComments.Load.Posting;

/// <summary>
/// Users who react, each with a WebSocket. Every one walks over all comments and reacts to each; with every round it changes its
/// mind, so that no reaction is one the server could have skipped. Afterwards the counts are compared with what was acknowledged.
/// </summary>
internal sealed class Reactors
{
    private static readonly string[] Types = ["like", "love", "haha", "wow", "sad", "angry"];
    private static readonly string[] Counts = ["likes", "loves", "hahas", "wows", "sads", "angries"];

    private readonly Poster[] _posters;
    private readonly IReadOnlyList<Guid> _comments;
    private readonly int _inFlight;
    private readonly long[] _steps;
    private readonly (long Step, long Due, long Sent)[] _slots;
    private readonly Queue<int> _free = [];
    private readonly byte[] _given;
    private readonly HashSet<int> _unknown = [];
    private readonly Queue<(int Slot, long Due)> _retries = [];

    /// <param name="firstUser">The first of as many users' tokens as there are posters.</param>
    /// <param name="inFlight">Reactions that may be under way on each WebSocket.</param>
    /// <param name="comments">What they react to.</param>
    public Reactors(Loop loop, LoadTarget target, int firstUser, int posters, int inFlight, IReadOnlyList<Guid> comments)
    {
        if (inFlight >= comments.Count)
            throw new LoadException("There must be more comments than reactions under way, or one poster's reactions to one comment overtake each other.");
        _comments = comments;
        _inFlight = inFlight;
        _steps = new long[posters];
        _slots = new (long, long, long)[posters * inFlight];
        _given = new byte[posters * comments.Count];
        for (var i = 0; i < _slots.Length; i++)
            _free.Enqueue(i % posters * inFlight + i / posters);
        _posters = new Poster[posters];
        for (var i = 0; i < posters; i++)
        {
            _posters[i] = new Poster(loop, target.Endpoint, target.LivePath + "/stream", target.Tokens[firstUser + i], (_, answer, now) => OnAnswer(answer, now));
            _posters[i].Open();
        }
    }

    public bool IsReady => Array.TrueForAll(_posters, poster => poster.IsReady);

    /// <summary>Called when a reaction is acknowledged or refused for good.</summary>
    public Action<long>? Settled { get; set; }

    /// <summary>False when the first answer is the last: what the server has no room for is then refused.</summary>
    public bool Retries { get; set; } = true;

    /// <summary>Due to ack; a run that warms up first starts a new one.</summary>
    public Histogram Latency { get; set; } = new();

    /// <summary>From each try to its answer, whatever it was.</summary>
    public Histogram AnswerLatency { get; private set; } = new();

    /// <inheritdoc cref="PostOffice.LongestWait"/>
    public long LongestWait(long now) => Math.Max(AnswerLatency.Max, _slots.Where(slot => slot.Sent > 0).Select(slot => now - slot.Sent).DefaultIfEmpty().Max());

    public long Acked { get; private set; }

    public long Refused { get; private set; }

    public int UnderWay => _slots.Length - _free.Count;

    public int Ended => _posters.Sum(poster => poster.Ended.Count);

    public SortedDictionary<string, int> Errors { get; } = new(StringComparer.Ordinal);

    /// <summary>Forgets what was counted: a new stage has its own figures. What was given stays given.</summary>
    public void Begin()
    {
        Errors.Clear();
        (Acked, Refused, Latency, AnswerLatency) = (0, 0, new(), new());
    }

    /// <summary>Pairs of a user and a comment that have a reaction.</summary>
    public int Rows => _given.Count(type => type > 0);

    /// <summary>Sends the next reaction.</summary>
    /// <param name="due">When it was to be sent; latencies count from here.</param>
    /// <returns>False when as many are under way as may be: then it is not sent.</returns>
    public bool Send(long due)
    {
        if (!_free.TryDequeue(out var slot))
            return false;
        _slots[slot] = (_steps[slot / _inFlight]++, due, 0);
        Try(slot);
        return true;
    }

    /// <summary>Sends what is due again.</summary>
    public void Tick(long now)
    {
        while (_retries.TryPeek(out var retry) && retry.Due <= now)
            Try(_retries.Dequeue().Slot);
    }

    /// <summary>Comments whose counts are not those of what was acknowledged.</summary>
    public async Task<int> WrongCountsAsync(LoadTarget target, CancellationToken ct)
    {
        var expected = _comments.Select(_ => new int[Types.Length]).ToArray();
        for (var i = 0; i < _given.Length; i++)
            if (_given[i] > 0)
                expected[i % _comments.Count][_given[i] - 1]++;
        using var client = target.Client();
        var wrong = 0;
        for (var i = 0; i < _comments.Count; i++)
        {
            if (_unknown.Contains(i))
                continue;
            var comment = await client.GetFromJsonAsync<JsonElement>($"{target.LivePath}/{_comments[i]}", ct);
            var shown = comment.GetProperty("reactions");
            for (var type = 0; type < Types.Length; type++)
            {
                if ((shown.TryGetProperty(Counts[type], out var count) ? count.GetInt32() : 0) == expected[i][type])
                    continue;
                wrong++;
                break;
            }
        }
        return wrong;
    }

    private void Try(int slot)
    {
        var (comment, type) = Step(slot);
        Span<byte> message = stackalloc byte[160];
        var length = Put(message, 0, "{\"type\":\"reaction\",\"id\":\""u8);
        Utf8Formatter.TryFormat(slot, message[length..], out var digits);
        length = Put(message, length + digits, "\",\"commentID\":\""u8);
        Utf8Formatter.TryFormat(_comments[comment], message[length..], out var id);
        length = Put(message, length + id, "\",\"reactionType\":\""u8);
        length += Encoding.ASCII.GetBytes(Types[type], message[length..]);
        length = Put(message, length, "\"}"u8);
        _slots[slot].Sent = Clock.Now;
        _posters[slot / _inFlight].Send(message[..length]);
    }

    /// <summary>Posters start at different comments, as people look at different ones; a round later each gives another type.</summary>
    private (int Comment, int Type) Step(int slot)
    {
        var poster = slot / _inFlight;
        var step = _slots[slot].Step;
        return ((int)((step + poster * 37L) % _comments.Count), (int)((step / _comments.Count + poster) % Types.Length));
    }

    private void OnAnswer(Answer answer, long now)
    {
        if (answer.Id < 0 || answer.Id >= _slots.Length)
        {
            Count(answer.Code ?? "unknown-id");
            return;
        }
        var slot = (int)answer.Id;
        var (comment, type) = Step(slot);
        AnswerLatency.Add(now - _slots[slot].Sent);
        _slots[slot].Sent = 0;
        if (answer.Code is { } code)
        {
            Count(code);
            if (Retries)
            {
                _retries.Enqueue((slot, now + 100_000));
                return;
            }
            if (code == "outcome-unknown") // the one answer that refuses nothing
                _unknown.Add(comment);
            Refused++;
        }
        else
        {
            _given[slot / _inFlight * _comments.Count + comment] = (byte)(type + 1);
            Latency.Add(now - _slots[slot].Due);
            Acked++;
        }
        _free.Enqueue(slot);
        Settled?.Invoke(now);
    }

    private void Count(string code) => Errors[code] = Errors.GetValueOrDefault(code) + 1;

    private static int Put(Span<byte> message, int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(message[at..]);
        return at + text.Length;
    }
}
