using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Ingest;
using LiveComments.Polls;

namespace LiveComments.Server.Demo;

/// <summary>Opens a poll in the demo's event every few minutes, and has the crowd vote in whatever poll is open.</summary>
/// <param name="people">The first of them moderates.</param>
internal sealed class CrowdPolls(EventDirectory events, Ingest.Ingest ingest, PollControl control, IPollStore store, TimeProvider time, IReadOnlyList<Caller> people, Random random, EventId id) : BackgroundService
{
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(90), Pause = TimeSpan.FromMinutes(4), Beat = TimeSpan.FromSeconds(1);

    /// <summary>The crowd likes the earlier options more.</summary>
    private static readonly (string Question, string[] Options)[] Asked =
    [
        ("Who wins tonight?", ["Red", "Blue", "It goes to penalties"]),
        ("Best moment so far?", ["The opening goal", "That save", "The crowd"]),
        ("Where are you watching from?", ["The sofa", "A bar", "On my phone, on the way", "Right here in the stadium"]),
        ("Another round after this?", ["Yes!", "Only if we win", "I need sleep"]),
    ];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, time);
        for (var next = 0; await timer.WaitForNextTickAsync(stoppingToken);)
            try
            {
                if (await events.FindAsync(id, stoppingToken) is not { Status: EventStatus.Live })
                    return;
                var last = await store.LastAsync(id, stoppingToken);
                if (last is { Status: PollStatus.Open })
                    await VoteAsync(last, stoppingToken);
                else if (last?.ClosedAt is not { } closed || time.GetUtcNow() - closed > Pause)
                    await OpenAsync(Asked[next++ % Asked.Length], stoppingToken);
            }
            catch (StoreUnavailableException)
            {
                // The next beat tries again.
            }
    }

    private async Task OpenAsync((string Question, string[] Options) asked, CancellationToken ct)
    {
        if (await ingest.ModeratorAsync(id.ToString(), people[0], ct) is { Moderator: { } moderator })
            await control.OpenAsync(moderator, asked.Question, asked.Options, PollResults.Live, Lasts, ct);
    }

    /// <summary>A few vote, and now and then somebody again.</summary>
    private async Task VoteAsync(Poll poll, CancellationToken ct)
    {
        for (var i = random.Next(4); i > 0; i--)
        {
            var option = Math.Min(random.Next(poll.Options.Count), random.Next(poll.Options.Count));
            await ingest.ReactAsync(Doors.Demo, id.ToString(), new ReactionRequest(people[random.Next(people.Count)], null, null, null, TakesBack: false, Vote: new Vote(poll.Id, option)), ct);
        }
    }
}
