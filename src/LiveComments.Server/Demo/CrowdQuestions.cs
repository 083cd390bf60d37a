using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Ingest;
using LiveComments.Reactions;

namespace LiveComments.Server.Demo;

/// <summary>Has the crowd ask questions in the demo's event and like them, and the moderator put the best on stage and mark it as answered.</summary>
/// <param name="people">The first of them moderates.</param>
internal sealed class CrowdQuestions(EventDirectory events, Ingest.Ingest ingest, Questions questions, TimeProvider time, IReadOnlyList<Caller> people, Random random, EventId id) : BackgroundService
{
    /// <summary>Questions that are open at once, about as many as a list shows.</summary>
    private const int Open = 7;

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1), BetweenQuestions = TimeSpan.FromSeconds(8), OnStage = TimeSpan.FromSeconds(25), BetweenAnswers = TimeSpan.FromSeconds(20);

    private static readonly string[] Asked =
    [
        "How long did you train for this final?", "Will there be a rematch?", "Who picked the music?", "What do you eat before a match?", "Can we get a look backstage?", "Who is your toughest rival?",
        "Is the stadium sold out?", "What would you change about the rules?", "When does the next season start?", "Who do you call first when you win?", "How do you stay calm up there?", "Any advice for beginners?",
    ];

    private DateTimeOffset _askAt, _stageAt, _answerAt;
    private CommentId? _staged;
    private int _next;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, time);
        _stageAt = time.GetUtcNow() + BetweenAnswers;
        while (await timer.WaitForNextTickAsync(stoppingToken))
            try
            {
                if (await events.FindAsync(id, stoppingToken) is not { Status: EventStatus.Live, Settings.Questions: true })
                    continue;
                Comment[] open = [.. (await questions.ListAsync(id, stoppingToken)).Where(question => question.Question == QuestionStatus.Open)];
                await AskAsync(open, stoppingToken);
                await LikeAsync(open, stoppingToken);
                await AnswerAsync(open, stoppingToken);
            }
            catch (StoreUnavailableException)
            {
                // The next beat tries again.
            }
    }

    private async Task AskAsync(Comment[] open, CancellationToken ct)
    {
        if (open.Length >= Open || time.GetUtcNow() < _askAt)
            return;
        _askAt = time.GetUtcNow() + BetweenQuestions;
        await ingest.CommentAsync(Doors.Demo, id.ToString(),
            new CommentRequest(people[random.Next(people.Count)], null, Asked[_next++ % Asked.Length], null, null, new ClientProgram("demo", null), time.GetTimestamp(), IsQuestion: true), ct);
    }

    /// <summary>Somebody likes one of those that have more likes, so that a few get many.</summary>
    private async Task LikeAsync(Comment[] open, CancellationToken ct)
    {
        if (open.Length == 0)
            return;
        var question = open[Math.Min(random.Next(open.Length), random.Next(open.Length))];
        await ingest.ReactAsync(Doors.Demo, id.ToString(), new ReactionRequest(people[random.Next(people.Count)], null, question.Id, ReactionTypes.Name(ReactionType.Like), TakesBack: false), ct);
    }

    private async Task AnswerAsync(Comment[] open, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (_staged is { } staged && now >= _answerAt)
        {
            await ingest.MarkAsync(Doors.Demo, id.ToString(), people[0], staged, QuestionStatus.Answered, ct);
            await ingest.UnstageAsync(Doors.Demo, id.ToString(), people[0], ct);
            (_staged, _stageAt) = (null, now + BetweenAnswers);
        }
        else if (_staged is null && now >= _stageAt && open is [{ Reactions.Counts.Likes: > 0 } best, ..] && await ingest.StageAsync(Doors.Demo, id.ToString(), people[0], best.Id, ct) is null)
            (_staged, _answerAt) = (best.Id, now + OnStage);
    }
}
