using System.Net;
using LiveComments.Accounts;
using LiveComments.Analytics;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.ClickHouse;

/// <summary>A server whose ClickHouse fails in every way.</summary>
[Collection(ClickHouseCollection.Name), RequiresClickHouse]
public sealed class ClickHouseFaultTests(ClickHouseServer clickHouse)
{
    private const int Comments = 3;

    [Fact]
    public async Task Nobody_waits_for_a_ClickHouse_that_fails_and_when_it_is_back_its_totals_are_those_of_the_log()
    {
        var database = clickHouse.NewDatabase();
        await using var server = await TestServer.StartAsync(null, [.. clickHouse.Settings(database), "--LiveComments:ClickHouse:Timeout=00:00:10"]);
        var live = await server.GoLiveAsync();
        Assert.True(EventId.TryParse(live, out var id));
        var written = 0;
        await WriteAsync();
        await CountedAsync();
        Assert.Equal("ready", await ReadyAsync());

        await clickHouse.SlowDownAsync();
        await WriteAsync();
        await CountedAsync();

        // What is asked is done, and the answer is lost again and again.
        await clickHouse.RefuseAsync(about: "comment_events_in", done: true);
        await WriteAsync();
        await Http.EventuallyAsync(async () => await clickHouse.AskAsync(database, "SELECT uniqExact(comment_id) FROM comment_events WHERE action_type = 'comment'") == $"{written}", "what was refused is there all the same");

        await clickHouse.RefuseAsync();
        await WriteAsync();
        await Http.EventuallyAsync(async () => (await ReadyAsync()).StartsWith("degraded: ClickHouse does not answer or refuses", StringComparison.Ordinal), "it says so");
        using (var administrator = server.As(Role.Administrator))
            await administrator.RefusedAsync(Error.StoreUnavailable, "GET", $"/live/{live}/stats");
        await clickHouse.BeWellAsync();
        await CountedAsync();

        await clickHouse.FreezeAsync();
        await using (var stream = await StreamClient.WebSocketAsync(server, live))
        {
            await stream.NextAsync("hello");
            await WriteAsync();
            await stream.NextAsync("batch");
        }
        await clickHouse.KillAsync();
        await WriteAsync();
        // What this node saw, and ClickHouse could not be told, is on its disk now.
        await server.RestartAsync();
        await WriteAsync();
        await clickHouse.StartAsync();
        await CountedAsync();
        Assert.Equal("ready", await ReadyAsync());

        // Comments, and one that is too long.
        async Task WriteAsync()
        {
            using var viewer = server.As(Role.Viewer);
            for (var i = 0; i < Comments; i++)
                await viewer.CommentAsync(live, "Hello");
            using var refused = await viewer.SendCommentAsync(live, new string('x', 600));
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            written += Comments;
        }

        async Task<string> ReadyAsync() => (await server.Anonymous.GetStringAsync("/healthz/ready")).TrimEnd();

        Task CountedAsync() => Http.EventuallyAsync(async () =>
        {
            try
            {
                var totals = (await server.Services.GetRequiredService<IAnalyticsStore>().TotalsAsync([id], default)).GetValueOrDefault(id, EventTotals.None);
                // Every three comments have an author of their own, and one that was refused.
                return (totals.Placed, totals.UniqueAuthors, totals[Measures.Refused], totals.Measures.Parts(Measures.Latency).Sum(part => part.Value)) == (written, written / Comments, written / Comments, written);
            }
            catch (StoreUnavailableException)
            {
                return false;
            }
        }, "everything is counted once");
    }
}
