using LiveComments.Load.Check;
using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Protocol;
using LiveComments.Load.Target;

namespace LiveComments.Load.Posting;

/// <summary>
/// Sends posts as their users and keeps account of what became of each: some users have a WebSocket, the others share keep-alive
/// HTTP connections. What the server has no room for is tried again with the same idempotency key.
/// </summary>
/// <param name="rooms">The paths <c>/live/{videoID}/comments</c> of the events.</param>
/// <param name="tokens">By user.</param>
internal sealed class PostOffice(Loop loop, Endpoint endpoint, IReadOnlyList<string> rooms, IReadOnlyList<string> tokens)
{
    /// <summary>The code of a try that was neither taken nor refused: the connection ended.</summary>
    public const string NoAnswer = "no-answer";

    /// <summary>Only these say that the same post may be taken another time.</summary>
    public static readonly IReadOnlySet<string> NotNow = new HashSet<string>(StringComparer.Ordinal) { "busy", "store-unavailable", "outcome-unknown", "draining", "rate-limited" };

    /// <summary>Before the next try, in microseconds; a server may ask for longer, but a load test does not wait for seconds.</summary>
    private const long RetryDelay = 100_000;

    private const long AnswerTimeout = 30_000_000;

    /// <summary>Microseconds between two looks at which sockets have ended.</summary>
    private const long LookEvery = 20_000;

    /// <summary>A server keeps a key for a day: what two offices of one run post as the same user must not look like the same post.</summary>
    private const long KeysPerOffice = 100_000_000;

    private static long _offices;

    private readonly List<Post> _posts = [];
    private readonly Dictionary<int, Poster> _sockets = [];
    private readonly List<HttpPoster> _connections = [];
    private readonly Stack<HttpPoster> _free = [];
    private readonly Queue<Post> _waiting = [];
    private readonly PriorityQueue<Post, long> _retries = new();
    private long _first = Interlocked.Increment(ref _offices) * KeysPerOffice;
    private long _looked;

    /// <summary>Called when a post is acknowledged or refused for good.</summary>
    public Action<Post, long>? Settled { get; set; }

    /// <summary>False when the first answer is the last: what the server has no room for is then refused.</summary>
    public bool Retries { get; set; } = true;

    /// <summary>Since the beginning of the stage.</summary>
    public IReadOnlyList<Post> Posts => _posts;

    public IReadOnlyCollection<Poster> Sockets => _sockets.Values;

    public IReadOnlyList<HttpPoster> Connections => _connections;

    /// <summary>Posts over WebSocket and over HTTP that are not settled.</summary>
    public int SocketUnderWay { get; private set; }

    public int HttpUnderWay { get; private set; }

    public int UnderWay => SocketUnderWay + HttpUnderWay;

    public int Acked { get; private set; }

    public int Refused { get; private set; }

    /// <summary>Due to ack; a run that warms up first starts a new one.</summary>
    public Histogram Latency { get; set; } = new();

    /// <summary>From each try to its answer, whatever it was, or to the end of the connection that would have brought it.</summary>
    public Histogram AnswerLatency { get; private set; } = new();

    /// <summary>The longest that anything waited for its answer, or waits for it still, in microseconds.</summary>
    public long LongestWait(long now) => Math.Max(AnswerLatency.Max, _posts.Where(post => post.UnderWay).Select(post => now - post.Sent).DefaultIfEmpty().Max());

    /// <summary>How often each error was answered, retried ones too.</summary>
    public SortedDictionary<string, int> Errors { get; } = new(StringComparer.Ordinal);

    public bool IsReady => _sockets.Values.All(socket => socket.IsReady);

    /// <summary>Forgets what is settled: a new stage has its own figures.</summary>
    public void Begin()
    {
        if (UnderWay > 0)
            throw new LoadException($"{UnderWay} posts of the stage before were not answered.");
        _first += _posts.Count;
        _posts.Clear();
        Errors.Clear();
        (Acked, Refused, Latency, AnswerLatency) = (0, 0, new(), new());
    }

    public void OpenSocket(int user, int room = 0)
    {
        var socket = new Poster(loop, endpoint, rooms[room] + "/stream", tokens[user], (poster, answer, now) => OnAnswer(answer, now));
        _sockets.Add(user, socket);
        socket.Open();
    }

    public void AddConnections(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var connection = new HttpPoster(loop, endpoint, OnHttpAnswer);
            _connections.Add(connection);
            _free.Push(connection);
        }
    }

    public bool HasSocket(int user) => _sockets.ContainsKey(user);

    /// <summary>Takes a new post; it is sent at once where there is a free connection, else as soon as there is one.</summary>
    public void Send(int user, string text, long due, int room = 0)
    {
        var post = new Post(_first + _posts.Count, user, text, room) { Due = due };
        _posts.Add(post);
        if (HasSocket(user))
            SocketUnderWay++;
        else
            HttpUnderWay++;
        Try(post);
    }

    /// <summary>Sends what is due again and opens what has ended.</summary>
    public void Tick(long now)
    {
        while (_retries.TryPeek(out var post, out var due) && due <= now)
        {
            _retries.Dequeue();
            if (post.Settled == 0)
                Try(post);
        }
        while (_waiting.Count > 0 && _free.TryPop(out var connection))
            Post(connection, _waiting.Dequeue());
        if (now - _looked < LookEvery)
            return;
        _looked = now;
        foreach (var (user, socket) in _sockets)
            if (socket.MayOpen(now))
                Reopen(user, socket, now);
    }

    private void Reopen(int user, Poster socket, long now)
    {
        foreach (var post in _posts.Where(post => post.User == user && post.UnderWay).ToList())
            OnAnswer(new Answer(post.Number, default, 0, NoAnswer, 0), now);
        socket.Open();
    }

    private void Try(Post post)
    {
        if (_sockets.TryGetValue(post.User, out var socket))
        {
            if (!socket.IsReady)
            {
                _retries.Enqueue(post, Clock.Now + RetryDelay);
                return;
            }
            Begin(post);
            socket.Send(Messages.Comment(post.IdempotencyKey, post.Text));
        }
        else if (_waiting.Count == 0 && _free.TryPop(out var free))
        {
            Post(free, post);
        }
        else
        {
            _waiting.Enqueue(post);
        }
    }

    private void Post(HttpPoster connection, Post post)
    {
        Begin(post);
        connection.Send(post, rooms[post.Room], tokens[post.User]);
    }

    private static void Begin(Post post)
    {
        post.UnderWay = true;
        post.Sent = Clock.Now;
    }

    private void OnHttpAnswer(HttpPoster connection, Answer answer, long now)
    {
        _free.Push(connection);
        OnAnswer(answer, now);
    }

    private void OnAnswer(Answer answer, long now)
    {
        var index = answer.Id - _first;
        if (answer.Id < 0 || index < 0 || index >= _posts.Count || _posts[(int)index] is not { Settled: 0 } post)
        {
            Count(answer.Code ?? "answered-again");
            return;
        }
        post.UnderWay = false;
        AnswerLatency.Add(now - post.Sent);
        if (answer.Code is { } code)
        {
            Count(code);
            // Whether one that was not answered was taken, only trying again tells.
            if (code == NoAnswer || (Retries && NotNow.Contains(code) && now - post.Due < AnswerTimeout))
            {
                _retries.Enqueue(post, now + RetryDelay);
                return;
            }
            post.Refusal = code;
            Refused++;
        }
        else
        {
            post.CommentId = answer.CommentId;
            post.Seq = answer.Seq;
            Acked++;
            Latency.Add(now - post.Due);
        }
        post.Settled = now;
        if (HasSocket(post.User))
            SocketUnderWay--;
        else
            HttpUnderWay--;
        Settled?.Invoke(post, now);
    }

    private void Count(string code) => Errors[code] = Errors.GetValueOrDefault(code) + 1;
}
