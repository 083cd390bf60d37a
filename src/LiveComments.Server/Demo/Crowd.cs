using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Ingest;
using LiveComments.Reactions;

namespace LiveComments.Server.Demo;

/// <summary>
/// People who write, answer, mention and react in one event through the same ingest as everybody. Something happens at random
/// times, at a rate that rises and falls as in a real chat: slow waves, and moments at which everybody shouts.
/// </summary>
internal sealed class Crowd(EventDirectory events, Ingest.Ingest ingest, TimeProvider time, IReadOnlyList<Caller> people, Random random)
{
    /// <summary>Actions per second between excited moments, and how many more at their peak.</summary>
    private const double Quiet = 1.5, Loud = 9;

    /// <summary>Seconds: of a wave, between two moments on average, and until a moment has faded to a third.</summary>
    private const double Wave = 75, BetweenMoments = 35, Fading = 5;

    /// <summary>Comments that are still answered and reacted to: about as many as a screen shows.</summary>
    private const int Visible = 30;

    private static readonly (ReactionType Type, double Share)[] Taste =
        [(ReactionType.Like, 0.4), (ReactionType.Love, 0.25), (ReactionType.Haha, 0.22), (ReactionType.Wow, 0.1), (ReactionType.Sad, 0.03)];

    private readonly IReadOnlyList<string> _lines = Lines();
    private readonly List<Said> _recent = [];

    /// <summary>Plays until the time is over, or until the event takes no comments any more.</summary>
    /// <param name="pause">Lets a time pass.</param>
    public async Task PlayAsync(EventId id, TimeSpan length, Func<TimeSpan, CancellationToken, Task> pause, CancellationToken ct)
    {
        var next = random.Next(_lines.Count);
        double seconds = 0, excitement = 0;
        while (seconds < length.TotalSeconds)
        {
            var rate = Quiet * (1 + 0.6 * Math.Sin(2 * Math.PI * seconds / Wave)) + Loud * excitement;
            var wait = -Math.Log(1 - random.NextDouble()) / rate;
            await pause(TimeSpan.FromSeconds(wait), ct);
            seconds += wait;
            excitement *= Math.Exp(-wait / Fading);
            if (random.NextDouble() < wait / BetweenMoments)
                excitement = 1;

            if (await events.FindAsync(id, ct) is not { Status: EventStatus.Live } liveEvent)
                return;
            if (_recent.Count > 3 && random.NextDouble() < 0.4)
            {
                await ReactAsync(id, ct);
                continue;
            }
            // In a moment nobody writes long.
            for (var tries = 0; tries < 20 && excitement > 0.3 && _lines[next].Length > 12; tries++)
                next = (next + 1) % _lines.Count;
            await WriteAsync(id, _lines[next], ct);
            next = (next + 1) % _lines.Count;
        }
    }

    private async Task WriteAsync(EventId id, string text, CancellationToken ct)
    {
        var person = people[random.Next(people.Count)];
        var answered = _recent.Count > 3 ? _recent[random.Next(_recent.Count)] : null;
        var chance = random.NextDouble();
        var parent = chance < 0.12 ? answered?.Id : null;
        if (chance is >= 0.12 and < 0.2 && answered is not null && answered.By != person.Name)
            text = $"@{answered.By} {text}";
        // A refused comment, for example by a rate limit, is dropped. Nobody sees a held one, so nobody answers it.
        var outcome = await ingest.CommentAsync(Doors.Demo, id.ToString(), new CommentRequest(person, null, text, parent?.ToString(), null, new ClientProgram("demo", null), time.GetTimestamp()), ct);
        if (outcome.Refusal is not null || outcome.IsHeld)
            return;
        _recent.Add(new Said(outcome.Id, person.Name!));
        if (_recent.Count > Visible)
            _recent.RemoveAt(0);
    }

    private async Task ReactAsync(EventId id, CancellationToken ct)
    {
        // Prefers the comment with more reactions, so that a few get many.
        var (one, other) = (_recent[random.Next(_recent.Count)], _recent[random.Next(_recent.Count)]);
        var said = one.Reactions >= other.Reactions ? one : other;
        var person = people[random.Next(people.Count)];
        var chance = random.NextDouble();
        var type = Taste.First(taste => (chance -= taste.Share) < 0 || taste == Taste[^1]).Type;
        var outcome = await ingest.ReactAsync(Doors.Demo, id.ToString(), new ReactionRequest(person, null, said.Id, ReactionTypes.Name(type), TakesBack: false), ct);
        if (outcome.Refusal is null)
            said.Reactions++;
        else if (outcome.Refusal.Value.Error == Error.CommentNotFound)
            _recent.Remove(said);
    }

    private static IReadOnlyList<string> Lines()
    {
        using var file = new StreamReader(typeof(Crowd).Assembly.GetManifestResourceStream("chat.txt")!);
        return [.. file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#'))];
    }

    private sealed record Said(CommentId Id, string By)
    {
        public int Reactions { get; set; }
    }
}
