using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Ingest;
using LiveComments.Moderation;

namespace LiveComments.Server.Demo;

/// <summary>Advertisers come to the demo's event: some of what they write is refused, some waits for moderators, and the crowd's moderator rejects what has waited for a while.</summary>
/// <param name="people">The first of them moderates.</param>
internal sealed class CrowdModeration(Ingest.Ingest ingest, ModerationControl control, TimeProvider time, IReadOnlyList<Caller> people, Random random, EventId id) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(25);

    /// <summary>So many wait at a time: enough to see what a moderator sees, and a moderator who tries it out finds something to decide.</summary>
    private const int Waiting = 4;

    /// <summary>At the usual level the first four are held and the others are refused.</summary>
    private static readonly string[] Advertising =
    [
        "I earn $500 a day from home, ask me how",
        "free gift cards, write to me and I send you one",
        "more highlights on my page tonight",
        "work from home and be your own boss, it changed my life",
        "please follow me, I follow everybody back",
        "watch this match free in HD http://streams.example/free",
    ];

    private readonly Queue<CommentId> _held = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        var written = 0;
        do
            try
            {
                await WriteAsync(Advertising[written++ % Advertising.Length], stoppingToken);
                if (_held.Count > Waiting && await ingest.ModeratorAsync(id.ToString(), people[0], stoppingToken) is { Moderator: { } moderator })
                    await control.DecideAsync(moderator, new DecisionRequest(DecisionAction.Reject, [_held.Dequeue().Value], null, "Advertising", Everywhere: false), stoppingToken);
            }
            catch (StoreUnavailableException)
            {
                // The next beat tries again.
            }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Each time somebody else, as it is with advertisers.</summary>
    private async Task WriteAsync(string text, CancellationToken ct)
    {
        var advertiser = new Caller(new UserId(Guid.NewGuid()), $"Deals{random.Next(100, 1_000)}", Role.Viewer, null, null, DateTimeOffset.MaxValue);
        var outcome = await ingest.CommentAsync(Doors.Demo, id.ToString(), new CommentRequest(advertiser, null, text, null, null, new ClientProgram("demo", null), time.GetTimestamp()), ct);
        if (outcome.IsHeld)
            _held.Enqueue(outcome.Id);
    }
}
