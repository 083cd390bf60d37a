using System.Net;
using LiveComments.Accounts;
using LiveComments.Feeds;
using LiveComments.Polls;
using LiveComments.Reactions;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Counts that were stored by an actor which ended before it told anybody.</summary>
public sealed class LostCountsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task Who_watches_is_shown_them_when_the_event_has_another_actor_without_a_further_change()
    {
        var live = await _server.GoLiveAsync();
        Assert.True(EventId.TryParse(live, out var id));
        using var administrator = _server.As(Role.Administrator);
        var poll = await administrator.CallAsync("POST", $"/live/{live}/polls", """{"question":"Who wins?","options":["Red","Blue"]}""", HttpStatusCode.Created);
        var placed = await _server.PlaceCommentsAsync(live, new UserId(Guid.NewGuid()), "told", "never told");
        await using var viewer = await StreamClient.WebSocketAsync(_server, live, "");
        using var reader = _server.As(Role.Viewer);
        await reader.CallAsync("POST", $"/live/{live}/comments/{placed[0].Id}/reactions", """{"reactionType":"like"}""");
        Assert.Equal([(placed[0].Id.ToString(), 1)], await LikesAsync(viewer));

        var somebody = new UserId(Guid.NewGuid());
        await _server.Services.GetRequiredService<IReactionStore>().ApplyAsync(id, [new ReactionDraft(placed[1].Id, somebody, ReactionType.Like)], default);
        Assert.True(Guid.TryParse(poll.Text("pollID"), out var asked));
        Assert.Null(Assert.Single(await _server.Services.GetRequiredService<IPollStore>().VoteAsync(id, [new VoteDraft(somebody, new Vote(new PollId(asked), 1))], DateTimeOffset.UtcNow, default)).Error);
        _server.Services.GetRequiredService<EventFeeds>().Repair(id);
        Assert.Contains((placed[1].Id.ToString(), 1), await LikesAsync(viewer));
        Assert.Equal("[0,1]", Assert.Single((await viewer.NextAsync("votes")).GetProperty("polls").EnumerateArray()).GetProperty("counts").GetRawText());
    }

    private static async Task<IEnumerable<(string? Comment, int Likes)>> LikesAsync(StreamClient viewer) =>
        (await viewer.NextAsync("reactions")).GetProperty("counts").EnumerateArray().Select(static count => (count.Text("commentID"), count.GetProperty("reactions").GetProperty("likes").GetInt32()));
}
