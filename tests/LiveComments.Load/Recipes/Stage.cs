using LiveComments.Load.Check;
using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Posting;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>What every recipe has: a loop, posters, viewers, and a bound on everything it waits for.</summary>
/// <param name="progress">Shows one line about how far it is.</param>
internal sealed class Stage(LoadTarget target, Action<string> progress, CancellationToken ct) : IDisposable
{
    /// <summary>Connections that may be on their way at once: more than a listen backlog holds are dropped, and come back after a second.</summary>
    private const int MaxConnecting = 256;

    private readonly List<Viewer> _viewers = [];
    private long _shown;

    public Loop Loop { get; } = new();

    public PostOffice Office { get; private set; } = null!;

    public Frames Frames { get; } = new();

    public IReadOnlyList<Viewer> Viewers => _viewers;

    /// <summary>False while viewers that are gone are meant to be gone.</summary>
    public bool ViewersReturn { get; set; } = true;

    /// <param name="sockets">Users that post over WebSocket; the others share the HTTP connections.</param>
    public void AddPosters(IEnumerable<int> sockets, int connections)
    {
        Office = new PostOffice(Loop, target.Endpoint, target.LivePath, target.Tokens);
        Office.AddConnections(connections);
        foreach (var user in sockets)
        {
            Office.OpenSocket(user);
            if (Office.Sockets.Count % MaxConnecting == 0)
                Run("connecting posters", TimeSpan.FromSeconds(60), _ => !Office.IsReady);
        }
        Run("connecting posters", TimeSpan.FromSeconds(60), _ => !Office.IsReady);
    }

    public void AddViewers(int count, bool serverSentEvents, bool sampled)
    {
        for (var i = 0; i < count; i++)
            _viewers.Add(new Viewer(Loop, target.Endpoint, target.LivePath + "/stream", serverSentEvents, sampled, Frames));
        Run("connecting viewers", TimeSpan.FromSeconds(120), _ => _viewers.Exists(viewer => !viewer.IsWatching));
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
            Office?.Tick(now);
            if (ViewersReturn)
                OpenViewers(now);
            if (now - _shown > 500_000)
            {
                _shown = now;
                target.ThrowIfEnded();
                progress($"{doing}: {Summary()}");
            }
            return goOn(now) && (inTime = now < deadline);
        }, ct);
        if (!done)
            throw new OperationCanceledException(ct);
        return inTime;
    }

    /// <summary>Sends posts by schedule, whether or not the server keeps up: the instant a post was due is what its latencies count from.</summary>
    /// <param name="rate">Posts a second.</param>
    /// <param name="next">The user and text of a post by its number.</param>
    public void PostBySchedule(double rate, TimeSpan duration, Func<int, (int User, string Text)> next)
    {
        var start = Clock.Now;
        var total = (int)(rate * duration.TotalSeconds);
        var sent = 0;
        Run("posting by schedule", duration + TimeSpan.FromSeconds(60), now =>
        {
            for (long due; sent < total && (due = start + (long)(sent * 1e6 / rate)) <= now; sent++)
            {
                var (user, text) = next(sent);
                Office.Send(user, text, due);
            }
            return sent < total;
        });
    }

    /// <summary>Waits until every post is settled and every viewer has seen the last of them, or a minute has passed: what is missing then is lost.</summary>
    public void Settle() => TryRun("settling", TimeSpan.FromSeconds(60), _ =>
    {
        if (Office.SocketUnderWay + Office.HttpUnderWay > 0)
            return true;
        var head = Office.Posts.Max(post => (long?)post.Seq) ?? 0;
        return _viewers.Exists(viewer => viewer.Cursor < head && viewer.Start < head);
    });

    /// <summary>From when each comment was due to when each viewer had read it.</summary>
    public Histogram DeliveryLatency()
    {
        var latency = new Histogram();
        var due = Office.Posts.Where(post => post.IsAcked).ToDictionary(post => post.CommentId, post => post.Due);
        foreach (var frame in Frames.All)
            foreach (var entry in frame.Batch.Entries)
                if (due.TryGetValue(entry.CommentId, out var time))
                    foreach (var arrival in frame.Arrivals)
                        latency.Add(arrival - time);
        return latency;
    }

    /// <summary>Adds what became of posts and viewers to a report.</summary>
    public void AddTo(Report report, bool sampled)
    {
        var verdict = Verdict.Of(Office.Posts, _viewers, Frames, sampled);
        report.Add("posted", verdict.Posted).Add("acked", verdict.Acked)
            .Add("refused", Office.Posts.Where(post => post.Refusal is not null).GroupBy(post => post.Refusal!).ToDictionary(group => group.Key, group => group.Count()))
            .Add("answered", Office.Errors)
            .Add("poster connections ended", Office.Sockets.Sum(socket => socket.Ended.Count) + Office.Connections.Sum(connection => connection.Ended.Count))
            .Add("ack latency", Office.Latency)
            .Add("viewers", _viewers.Count)
            .Add("viewer connections ended", _viewers.Sum(viewer => viewer.Ended.Count)).Add("resets", _viewers.Sum(viewer => viewer.Resets))
            .Add("delivered", verdict.Delivered).Add("delivered per viewer", verdict.Delivered / (double)Math.Max(1, _viewers.Count), "")
            .Add("skipped", verdict.Skipped)
            .Add("different batches", Frames.All.Count)
            .Add("received per viewer", _viewers.Sum(viewer => viewer.Received) / 1048576.0 / Math.Max(1, _viewers.Count), "MiB")
            .Add("delivery latency", DeliveryLatency())
            .Add("lost", verdict.Lost).Add("duplicated", verdict.Duplicated).Add("order violations", verdict.Disordered).Add("altered", verdict.Altered)
            .Add("unanswered", verdict.Unanswered)
            .Judge(verdict.IsClean, verdict.ToString());
    }

    public void Dispose() => Loop.Dispose();

    private void OpenViewers(long now)
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
    }

    private string Summary() => Office is null
        ? $"{_viewers.Count(viewer => viewer.IsWatching)} viewers"
        : $"{Office.Acked} acked, {Office.Refused} refused, {Office.SocketUnderWay + Office.HttpUnderWay} under way, {_viewers.Count(viewer => viewer.IsWatching)} viewers, {_viewers.Sum(viewer => viewer.Delivered)} delivered";

    private string Ends() => string.Join("; ", _viewers.SelectMany(viewer => viewer.Ended).Concat(Office?.Sockets.SelectMany(socket => socket.Ended) ?? []).GroupBy(reason => reason).Take(3).Select(group => $"{group.Count()} x {group.Key}"));
}
