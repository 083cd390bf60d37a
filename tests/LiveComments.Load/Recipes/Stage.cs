using LiveComments.Load.Check;
using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Posting;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>What every recipe has: a loop, posters, viewers, and a bound on everything it waits for.</summary>
internal sealed class Stage : IDisposable
{
    /// <summary>Connections that may be on their way at once: more than a listen backlog holds are dropped, and come back after a second.</summary>
    public const int MaxConnecting = 256;

    /// <summary>Microseconds between two looks at which viewers are to be opened: while some are, and else.</summary>
    private const long LookOften = 1_000, LookSeldom = 100_000;

    private readonly Run _run;
    private readonly Frames[] _frames;
    private readonly List<Viewer>[] _watching;
    private readonly List<Viewer> _viewers = [];
    private Verdict? _warmUp;
    private long _shown;
    private long _look;

    /// <param name="rooms">Those of the target's rooms that it is about; null for all of them.</param>
    public Stage(Run run, IReadOnlyList<string>? rooms = null)
    {
        _run = run;
        Rooms = rooms ?? run.Target.Rooms;
        _frames = [.. Rooms.Select(_ => new Frames())];
        _watching = [.. Rooms.Select(_ => new List<Viewer>())];
        Office = new PostOffice(Loop, run.Target.Endpoint, Rooms, run.Target.Tokens);
    }

    /// <summary>As <see cref="LoadTarget.Rooms"/>.</summary>
    public IReadOnlyList<string> Rooms { get; }

    public Loop Loop { get; } = new();

    public PostOffice Office { get; }

    /// <summary>Null where nobody reacts.</summary>
    public Reactors? Reactors { get; private set; }

    public IReadOnlyList<Viewer> Viewers => _viewers;

    /// <summary>False while viewers that are gone are meant to be gone.</summary>
    public bool ViewersReturn { get; set; } = true;

    /// <summary>The codes that a post may be refused with; any other refusal fails the stage.</summary>
    public IReadOnlySet<string> MayRefuse { get; set; } = new HashSet<string>();

    /// <summary>Viewers of everything may be told that something was left out, as a server does that is asked too much of.</summary>
    public bool MayLeaveOut { get; set; }

    /// <param name="sockets">Users that post over WebSocket to the first room; the others share the HTTP connections.</param>
    public void AddPosters(IEnumerable<int> sockets, int connections)
    {
        Office.AddConnections(connections);
        foreach (var user in sockets)
        {
            Office.OpenSocket(user);
            if (Office.Sockets.Count % MaxConnecting == 0)
                Run("connecting posters", TimeSpan.FromSeconds(60), _ => !Office.IsReady);
        }
        Run("connecting posters", TimeSpan.FromSeconds(60), _ => !Office.IsReady);
    }

    /// <inheritdoc cref="Posting.Reactors"/>
    public Reactors AddReactors(int firstUser, int posters, int inFlight, IReadOnlyList<Guid> comments)
    {
        var reactors = Reactors = new Reactors(Loop, _run.Target, firstUser, posters, inFlight, comments);
        Run("connecting those who react", TimeSpan.FromSeconds(60), _ => !reactors.IsReady);
        return reactors;
    }

    /// <summary>Viewers spread evenly over as many rooms.</summary>
    /// <param name="deflate">True to ask for compression, where they watch over WebSocket.</param>
    /// <param name="nodes">Where they watch, in turn; null for the target itself.</param>
    public void AddViewers(int count, bool serverSentEvents, bool sampled, int rooms = 1, bool deflate = false, IReadOnlyList<Endpoint>? nodes = null)
    {
        var inflated = deflate ? new InflatedMessages() : null;
        for (var i = 0; i < count; i++)
        {
            var viewer = new Viewer(Loop, nodes is null ? _run.Target.Endpoint : nodes[i % nodes.Count], Rooms[i % rooms] + "/stream", serverSentEvents, sampled, _frames[i % rooms], inflated);
            _watching[i % rooms].Add(viewer);
            _viewers.Add(viewer);
        }
        Connect(TimeSpan.FromSeconds(120));
    }

    /// <summary>A viewer of everything in the first room that is none of the stage's: its deliveries are not in the figures.</summary>
    public Viewer NewOutsider() => new(Loop, _run.Target.Endpoint, Rooms[0] + "/stream", serverSentEvents: false, sampled: false, new Frames());

    /// <summary>What viewers of a room received.</summary>
    public Frames FramesOf(int room) => _frames[room];

    /// <summary>Ends all viewers.</summary>
    public void RemoveViewers()
    {
        foreach (var viewer in _viewers)
            viewer.Vanish();
        _viewers.Clear();
        foreach (var room in _watching)
            room.Clear();
    }

    /// <summary>Waits until all viewers watch.</summary>
    public void Connect(TimeSpan limit)
    {
        var ready = 0;
        _look = 0;
        Run("connecting viewers", limit, _ =>
        {
            while (ready < _viewers.Count && _viewers[ready].IsWatching)
                ready++;
            return ready < _viewers.Count;
        });
    }

    /// <summary>Begins a stage with figures of its own; what was posted before must be settled.</summary>
    public void Begin()
    {
        Office.Begin();
        Reactors?.Begin();
        foreach (var frames in _frames)
            frames.Begin();
        foreach (var viewer in _viewers)
            viewer.Begin();
    }

    /// <summary>Runs the loop while <paramref name="goOn"/> says so.</summary>
    /// <exception cref="LoadException">It took longer than <paramref name="limit"/>.</exception>
    /// <exception cref="OperationCanceledException">The run was interrupted.</exception>
    public void Run(string doing, TimeSpan limit, Func<long, bool> goOn)
    {
        if (!TryRun(doing, limit, goOn))
            throw new LoadException($"{doing}: not done after {limit.TotalSeconds:F0} s. {Ends()}");
    }

    /// <returns>False when it took longer than <paramref name="limit"/>.</returns>
    public bool TryRun(string doing, TimeSpan limit, Func<long, bool> goOn)
    {
        var deadline = Clock.Now + (long)limit.TotalMicroseconds;
        var inTime = true;
        var done = Loop.Run(now =>
        {
            Office.Tick(now);
            Reactors?.Tick(now);
            if (ViewersReturn && now >= _look)
                _look = now + (OpenViewers(now) ? LookOften : LookSeldom);
            if (now - _shown > 500_000)
            {
                _shown = now;
                _run.Target.ThrowIfEnded();
                _run.Progress($"{doing}: {Summary()}");
            }
            return goOn(now) && (inTime = now < deadline);
        }, _run.Cancelled);
        if (!done)
            throw new OperationCanceledException(_run.Cancelled);
        return inTime;
    }

    /// <summary>Runs the loop for a time.</summary>
    public void Wait(string doing, TimeSpan duration)
    {
        var end = Clock.Now + (long)duration.TotalMicroseconds;
        Run(doing, duration + TimeSpan.FromSeconds(10), now => now < end);
    }

    /// <summary>Sends posts by schedule, whether or not the server keeps up: the instant a post was due is what its latencies count from.</summary>
    /// <param name="rate">Posts a second.</param>
    /// <param name="next">Sends a post by its number and when it was due.</param>
    /// <param name="look">Called all the time, with the time.</param>
    public void PostBySchedule(double rate, TimeSpan duration, Action<int, long> next, Action<long>? look = null)
    {
        var start = Clock.Now;
        var end = start + (long)duration.TotalMicroseconds;
        var total = (int)(rate * duration.TotalSeconds);
        var sent = 0;
        Run("posting by schedule", duration + TimeSpan.FromSeconds(60), now =>
        {
            for (long due; sent < total && (due = start + (long)(sent * 1e6 / rate)) <= now; sent++)
                next(sent, due);
            look?.Invoke(now);
            return now < end;
        });
    }

    /// <summary>Waits until every post is settled and every viewer has seen the last of them: what is missing then is lost.</summary>
    /// <returns>False when they had not after <paramref name="limit"/>.</returns>
    public bool Settle(TimeSpan limit)
    {
        long[]? heads = null;
        int room = 0, seen = 0;
        return TryRun("settling", limit, _ =>
        {
            // Answers are read before anything is computed, or they would count as late.
            if (Office.UnderWay > 0 || Reactors?.UnderWay > 0)
                return true;
            if (heads is null)
            {
                heads = new long[_watching.Length];
                foreach (var post in Office.Posts)
                    heads[post.Room] = Math.Max(heads[post.Room], post.Seq);
            }
            for (; room < _watching.Length; room++, seen = 0)
            {
                while (seen < _watching[room].Count && _watching[room][seen] is var viewer && (viewer.Cursor >= heads[room] || viewer.Start >= heads[room]))
                    seen++;
                if (seen < _watching[room].Count)
                    return true;
            }
            return false;
        });
    }

    /// <inheritdoc cref="Settle(TimeSpan)"/>
    public bool Settle() => Settle(TimeSpan.FromSeconds(60));

    /// <summary>From when each comment was due to when each viewer had read it.</summary>
    public Histogram DeliveryLatency()
    {
        var latency = new Histogram();
        var due = Office.Posts.Where(post => post.IsAcked).DistinctBy(post => post.CommentId).ToDictionary(post => post.CommentId, post => post.Due);
        foreach (var frame in _frames.SelectMany(frames => frames.All))
            foreach (var entry in frame.Batch.Entries)
                if (due.TryGetValue(entry.CommentId, out var time))
                    foreach (var arrival in frame.Arrivals)
                        latency.Add(arrival - time);
        return latency;
    }

    /// <summary>What became of posts and viewers since the stage began.</summary>
    /// <param name="mayRefuse">As <see cref="MayRefuse"/>, which it is by default.</param>
    public Verdict Judge(IReadOnlySet<string>? mayRefuse = null)
    {
        var posts = Office.Posts.ToLookup(post => post.Room);
        var verdict = Enumerable.Range(0, _frames.Length).Select(room => Verdict.Of([.. posts[room]], _watching[room], _frames[room], mayRefuse ?? MayRefuse)).Aggregate((sum, verdict) => sum + verdict);
        return MayLeaveOut ? verdict.WithoutLeftOut : verdict;
    }

    /// <summary>Ends what is not reported: what went wrong in it fails every stage that follows.</summary>
    public void EndWarmUp()
    {
        Settle();
        if (Judge() is { IsClean: false } verdict)
            _warmUp ??= verdict;
    }

    /// <summary>Adds what became of posts and viewers to a report.</summary>
    public Verdict AddTo(Report report)
    {
        var verdict = Judge();
        report.Add("posted", verdict.Posted).Add("acked", verdict.Acked)
            .Add("comments refused", Office.Refused)
            .Add("refused", Office.Posts.Where(post => post.Refusal is not null).GroupBy(post => post.Refusal!).ToDictionary(group => group.Key, group => group.Count()))
            .Add("answered", Office.Errors)
            .Add("poster connections ended", Office.Sockets.Sum(socket => socket.Ended.Count) + Office.Connections.Sum(connection => connection.Ended.Count))
            .Add("ack latency", Office.Latency)
            .Add("viewers", _viewers.Count)
            .Add("viewer connections ended", _viewers.Sum(viewer => viewer.Ended.Count)).Add("resets", _viewers.Sum(viewer => viewer.Resets))
            .Add("delivered", verdict.Delivered).Add("delivered per viewer", verdict.Delivered / (double)Math.Max(1, _viewers.Count), "")
            .Add("skipped", verdict.Skipped)
            .Add("different batches", _frames.Sum(frames => frames.All.Count))
            .Add("received per viewer", _viewers.Sum(viewer => viewer.Received) / 1048576.0 / Math.Max(1, _viewers.Count), "MiB")
            .Add("received per delivery", _viewers.Sum(viewer => viewer.Received) / (double)Math.Max(1, verdict.Delivered), "bytes")
            .Add("delivery latency", DeliveryLatency())
            .Add("lost", verdict.Lost).Add("duplicated", verdict.Duplicated).Add("unasked", verdict.Unasked).Add("order violations", verdict.Disordered).Add("altered", verdict.Altered)
            .Add("unanswered", verdict.Unanswered)
            .Judge(verdict.IsClean, verdict.ToString());
        if (_warmUp is not null)
            report.Judge(false, $"before it was measured {_warmUp}");
        return verdict;
    }

    /// <summary>Waits for the answers to reactions and compares the server's counts with them.</summary>
    public async Task JudgeReactionsAsync(Report report)
    {
        var reactors = Reactors!;
        TryRun("settling", TimeSpan.FromSeconds(30), _ => reactors.UnderWay > 0);
        var wrong = await reactors.WrongCountsAsync(_run.Target, _run.Cancelled);
        var passed = reactors.UnderWay == 0 && wrong == 0 && reactors.Ended == 0;
        report.Add("reactions acked", reactors.Acked).Add("users and comments with a reaction", reactors.Rows).Add("reactions answered", reactors.Errors)
            .Add("reacting connections ended", reactors.Ended).Add("reactions unanswered", reactors.UnderWay).Add("comments with a wrong count", wrong)
            .Judge(passed, $"{(passed ? "PASSED" : "FAILED")}: {reactors.Acked} reactions acked, {reactors.UnderWay} unanswered, {wrong} comments with a wrong count");
    }

    public void Dispose() => Loop.Dispose();

    /// <returns>True while some are on their way.</returns>
    private bool OpenViewers(long now)
    {
        var connecting = _viewers.Count(viewer => viewer.IsOpen && !viewer.IsWatching);
        foreach (var viewer in _viewers)
        {
            if (connecting >= MaxConnecting)
                break;
            if (!viewer.MayOpen(now))
                continue;
            viewer.Open();
            connecting++;
        }
        return connecting > 0;
    }

    private string Summary()
    {
        var text = $"{_viewers.Count(viewer => viewer.IsWatching):N0} viewers, {_viewers.Sum(viewer => viewer.Delivered):N0} delivered, {Office.Acked:N0} comments acked, {Office.Refused:N0} refused, {Office.UnderWay:N0} under way";
        return Reactors is null ? text : $"{text}; {Reactors.Acked:N0} reactions acked, {Reactors.Refused:N0} refused, {Reactors.UnderWay:N0} under way";
    }

    private string Ends() => string.Join("; ", _viewers.SelectMany(viewer => viewer.Ended).Concat(Office.Sockets.SelectMany(socket => socket.Ended)).GroupBy(reason => reason).Take(3).Select(group => $"{group.Count()} x {group.Key}"));
}
