using System.Buffers.Text;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LiveComments.Load.Measure;
using LiveComments.Load.Net;
using LiveComments.Load.Posting;
using LiveComments.Load.Protocol;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>
/// How many reactions a second become durable. Every poster walks over all comments and reacts to each; with every round it
/// changes its mind, so that no reaction is one the server could have skipped. Afterwards the counts are compared with what was acknowledged.
/// </summary>
internal sealed record ReactionThroughput(int Posters, int InFlight, TimeSpan Duration, int Comments)
{
    private static readonly string[] Types = ["like", "love", "haha", "wow", "sad", "angry"];
    private static readonly string[] Counts = ["likes", "loves", "hahas", "wows", "sads", "angries"];
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public async Task<Report> RunAsync(LoadTarget target, Action<string> progress, CancellationToken ct)
    {
        if (InFlight >= Comments)
            throw new LoadException("There must be more comments than reactions under way, or one poster's reactions to one comment overtake each other.");
        var report = new Report("throughput reactions");
        var comments = PostComments(target, progress, ct);
        var before = await target.StopAsync();
        await target.StartAgainAsync(ct);
        using (var stage = new Stage(target, progress, ct))
        {
            var walks = new Walks(stage.Loop, target, Posters, InFlight, comments);
            stage.Run("connecting", TimeSpan.FromSeconds(60), _ => !walks.IsReady);
            walks.Start();
            Wait(stage, walks, "warming up", WarmUp);
            walks.Latency = new Histogram();
            var (usage, start, acked) = (new Usage(target), Clock.Now, walks.Acked);
            Wait(stage, walks, "measuring", Duration);
            var (seconds, count) = ((Clock.Now - start) / 1e6, walks.Acked - acked);
            report.Add("posters", Posters).Add("under way per poster", InFlight).Add("comments reacted to", Comments)
                .Add("accepted per second", count / seconds, "").Add("ack latency", walks.Latency);
            usage.AddTo(report, "reaction", count);
            walks.Stop();
            var answered = stage.TryRun("settling", TimeSpan.FromSeconds(30), _ => walks.UnderWay > 0);
            var wrong = await WrongCountsAsync(target, comments, walks.Expected(), ct);
            var passed = answered && wrong == 0 && walks.Ended == 0;
            report.Add("acked", walks.Acked).Add("users and comments with a reaction", walks.Rows).Add("answered", walks.Errors).Add("connections ended", walks.Ended)
                .Add("unanswered", walks.UnderWay).Add("comments with a wrong count", wrong)
                .Judge(passed, $"{(passed ? "PASSED" : "FAILED")}: {walks.Acked} reactions acked, {walks.UnderWay} unanswered, {wrong} of {Comments} comments with a wrong count");
            if (await target.StopAsync() - before is { } grown)
                report.Add("database per user and comment", grown / (double)Math.Max(1, walks.Rows), "bytes");
        }
        return report;
    }

    private List<Guid> PostComments(LoadTarget target, Action<string> progress, CancellationToken ct)
    {
        using var stage = new Stage(target, progress, ct);
        stage.AddPosters([], connections: 32);
        for (var i = 0; i < Comments; i++)
            stage.Office.Send(i % Posters, $"Comment {i} to react to", Clock.Now);
        stage.Run("posting comments", TimeSpan.FromSeconds(60), _ => stage.Office.HttpUnderWay > 0);
        return stage.Office.Refused == 0
            ? [.. stage.Office.Posts.Select(post => post.CommentId)]
            : throw new LoadException($"A comment was refused: {stage.Office.Posts.First(post => post.Refusal is not null).Refusal}");
    }

    private static void Wait(Stage stage, Walks walks, string doing, TimeSpan duration)
    {
        var end = Clock.Now + (long)duration.TotalMicroseconds;
        stage.Run(doing, duration + TimeSpan.FromSeconds(10), now =>
        {
            walks.Tick(now);
            return now < end;
        });
    }

    private static async Task<int> WrongCountsAsync(LoadTarget target, List<Guid> comments, int[][] expected, CancellationToken ct)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{target.Endpoint.Host}") };
        var wrong = 0;
        for (var i = 0; i < comments.Count; i++)
        {
            var comment = await client.GetFromJsonAsync<JsonElement>($"{target.LivePath}/{comments[i]}", ct);
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

    /// <summary>The posters on their way through the comments.</summary>
    private sealed class Walks
    {
        private readonly Poster[] _posters;
        private readonly List<Guid> _comments;
        private readonly int _inFlight;
        private readonly long[] _steps;
        private readonly (long Step, long Sent)[] _slots;
        private readonly byte[] _given;
        private readonly Queue<(int Slot, long Due)> _retries = [];
        private bool _walking;

        public Walks(Loop loop, LoadTarget target, int posters, int inFlight, List<Guid> comments)
        {
            _comments = comments;
            _inFlight = inFlight;
            _steps = new long[posters];
            _slots = new (long, long)[posters * inFlight];
            _given = new byte[posters * comments.Count];
            _posters = new Poster[posters];
            for (var i = 0; i < posters; i++)
            {
                _posters[i] = new Poster(loop, target.Endpoint, target.LivePath + "/stream", target.Tokens[i], (_, answer, now) => OnAnswer(answer, now));
                _posters[i].Open();
            }
        }

        public bool IsReady => Array.TrueForAll(_posters, poster => poster.IsReady);

        public Histogram Latency { get; set; } = new();

        public long Acked { get; private set; }

        public int UnderWay { get; private set; }

        public int Ended => _posters.Sum(poster => poster.Ended.Count);

        public SortedDictionary<string, int> Errors { get; } = new(StringComparer.Ordinal);

        /// <summary>Pairs of a user and a comment that have a reaction.</summary>
        public int Rows => _given.Count(type => type > 0);

        public void Start()
        {
            _walking = true;
            for (var slot = 0; slot < _slots.Length; slot++)
                Next(slot, Clock.Now);
        }

        public void Stop() => _walking = false;

        public void Tick(long now)
        {
            while (_retries.TryPeek(out var retry) && retry.Due <= now)
                Send(_retries.Dequeue().Slot);
        }

        public int[][] Expected()
        {
            var counts = _comments.Select(_ => new int[Types.Length]).ToArray();
            for (var i = 0; i < _given.Length; i++)
                if (_given[i] > 0)
                    counts[i % _comments.Count][_given[i] - 1]++;
            return counts;
        }

        private void Next(int slot, long now)
        {
            _slots[slot] = (_steps[slot / _inFlight]++, now);
            UnderWay++;
            Send(slot);
        }

        private void Send(int slot)
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
            if (answer.Id < 0 || answer.Id >= _slots.Length || answer.Code is not null)
            {
                var code = answer.Code ?? "unknown-id";
                Errors[code] = Errors.GetValueOrDefault(code) + 1;
                if (answer.Id >= 0 && answer.Id < _slots.Length)
                    _retries.Enqueue(((int)answer.Id, now + 100_000));
                return;
            }
            var slot = (int)answer.Id;
            var (comment, type) = Step(slot);
            _given[slot / _inFlight * _comments.Count + comment] = (byte)(type + 1);
            Latency.Add(now - _slots[slot].Sent);
            Acked++;
            UnderWay--;
            if (_walking)
                Next(slot, now);
        }

        private static int Put(Span<byte> message, int at, ReadOnlySpan<byte> text)
        {
            text.CopyTo(message[at..]);
            return at + text.Length;
        }
    }
}
