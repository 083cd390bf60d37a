using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Log;
using LiveComments.Moderation;
using LiveComments.Tests.EndToEnd.Crash;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>A decision and what follows from it are two steps. Whatever dies between them, what was decided comes about, once.</summary>
public sealed class ApprovalCrashTests
{
    private const int Kills = 6, Comments = 40;

    [Fact]
    public async Task Whatever_is_approved_while_the_server_is_killed_again_and_again_is_placed_once_and_nothing_else_is()
    {
        await using var server = ChildServer.Real();
        await server.StartAsync();
        var administrator = (await server.TokensAsync("administrator", 1))[0];
        var author = (await server.TokensAsync("viewer", 1))[0];
        var live = await ChildServer.GoLiveAsync(server, administrator);
        var held = new List<(string Id, string Key, string Text)>();
        using (var client = server.Client(author))
            for (var i = 0; i < Comments; i++)
            {
                var (key, text) = ($"key-{i}", $"tabarnak {i}");
                using var answer = await Http.UntilTakenAsync(() => client.SendCommentAsync(live, text, key));
                Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
                held.Add(((await answer.Content.ReadFromJsonAsync<JsonElement>()).Text("commentID")!, key, text));
            }
        // Every fourth is rejected; nobody decides about the last ones.
        var undecided = held.TakeLast(Comments / 10).ToList();
        var toDecide = new Queue<(string Id, string Action)>(held.SkipLast(undecided.Count).Select((one, i) => (one.Id, i % 4 == 3 ? "reject" : "approve")));
        var expected = toDecide.Where(one => one.Action == "approve").Select(one => one.Id).ToHashSet();
        for (var kill = 0; kill < Kills; kill++)
        {
            using var stop = new CancellationTokenSource();
            var deciding = DecideAsync(server, administrator, live, toDecide, Comments / Kills, stop.Token);
            await Task.Delay(Random.Shared.Next(2, 40));
            await server.KillAsync();
            await stop.CancelAsync();
            await deciding;
            await server.StartAsync();
        }
        await DecideAsync(server, administrator, live, toDecide, Comments, default);
        Assert.Empty(toDecide);
        using var viewer = server.Client(author);
        await Http.EventuallyAsync(async () => (await PlacedAsync()).Count >= expected.Count, "all that was approved is placed");
        // Retries of the author's find what was placed, and place nothing.
        foreach (var (_, key, text) in held)
            using (await viewer.SendCommentAsync(live, text, key))
            {
            }
        await server.RestartAsync();
        var placed = await PlacedAsync();
        Assert.Equal(placed.Count, placed.Distinct().Count());
        Assert.Equal(expected.Order(StringComparer.Ordinal), placed.Order(StringComparer.Ordinal));

        async Task<List<string>> PlacedAsync() => [.. (await viewer.CommentsAsync(live)).Select(comment => comment.Text("commentID")!)];
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_server_had_decided_when_it_died_the_next_one_does_once(bool isPlaced)
    {
        await using var server = await TestServer.StartAsync(builder => builder.Services.AddSingleton<IScorer, HoldingScorer>());
        var live = await server.GoLiveAsync();
        Assert.True(EventId.TryParse(live, out var id));
        using var author = server.As(Role.Viewer);
        var held = (await (await author.SendCommentAsync(live, "please hold", "k")).JsonAsync(HttpStatusCode.Accepted)).Text("commentID")!;
        var doomed = (await author.CommentAsync(live, "doomed")).Text("commentID")!;
        var (comment, removed) = (new CommentId(Guid.Parse(held)), new CommentId(Guid.Parse(doomed)));
        var store = server.Services.GetRequiredService<IModerationStore>();
        var (by, now) = (Assert.Single(await store.FindHeldAsync(id, [comment], default)).Draft.Author.Id, DateTimeOffset.UtcNow);
        await store.DecideAsync(
        [
            new ModeratorDecision(Guid.NewGuid(), id, by, now, DecisionAction.Approve, comment, by), new ModeratorDecision(Guid.NewGuid(), id, by, now, DecisionAction.Delete, removed, by),
        ], default);
        if (isPlaced)
            // It died after the placing, before it had written that down.
            foreach (var draft in (EntryDraft[])[Assert.Single(await store.FindHeldAsync(id, [comment], default)).Draft with { Hold = null, IsApproved = true }, new RemovalDraft(removed, by, true)])
                Assert.IsType<AppendResult.Appended>(await server.Services.GetRequiredService<IEngine>().PlaceAsync(id, draft, default));
        await server.RestartAsync();
        await Http.EventuallyAsync(async () => (await server.Services.GetRequiredService<IModerationStore>().UnfinishedAsync(DateTimeOffset.MaxValue, 10, default)).Count == 0, "it is done");
        Assert.Equal([held], (await server.Anonymous.CommentsAsync(live)).Select(one => one.Text("commentID")));
        var entries = await server.EntriesAsync(live);
        Assert.Single(entries.OfType<CommentEntry>());
        Assert.Equal(5, entries.Count);
    }

    private static async Task DecideAsync(ChildServer server, string administrator, string live, Queue<(string Id, string Action)> waiting, int count, CancellationToken ct)
    {
        using var client = server.Client(administrator);
        while (count-- > 0 && waiting.TryPeek(out var next) && !ct.IsCancellationRequested)
            try
            {
                using var answer = await client.PostAsJsonAsync($"/live/{live}/moderation/decisions", new { action = next.Action, commentIDs = (string[])[next.Id] }, ct);
                // What nobody answered is asked again: somebody may have decided, and that somebody is this moderator.
                if (answer.StatusCode == HttpStatusCode.OK)
                    waiting.Dequeue();
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                if (ct.IsCancellationRequested)
                    return;
                await Task.Delay(5, CancellationToken.None);
            }
    }
}
