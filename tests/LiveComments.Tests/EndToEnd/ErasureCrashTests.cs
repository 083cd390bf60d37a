using System.Net;
using LiveComments.Sqlite;
using LiveComments.Tests.EndToEnd.Crash;
using LiveComments.Tests.Sqlite;
using Microsoft.Data.Sqlite;

namespace LiveComments.Tests.EndToEnd;

/// <summary>An erasure takes many steps. Whatever dies between them, it is finished.</summary>
public sealed class ErasureCrashTests
{
    private const int Kills = 4, Comments = 120;

    [Fact]
    public async Task An_erasure_is_finished_although_the_server_is_killed_again_and_again()
    {
        await using var server = ChildServer.Real();
        await server.StartAsync();
        var administrator = (await server.TokensAsync("administrator", 1))[0];
        var people = await server.TokensAsync("viewer", 2);
        var live = await ChildServer.GoLiveAsync(server, administrator);
        using (var doomed = server.Client(people[0]))
        using (var other = server.Client(people[1]))
        {
            var stays = await other.CommentAsync(live, "this stays");
            for (var i = 0; i < Comments; i++)
                await doomed.CommentAsync(live, $"this-goes {i}");
            await doomed.CallAsync("POST", $"/live/{live}/comments/{stays.Text("commentID")}/reactions", """{"reactionType":"like"}""");
            using var answer = await Http.UntilTakenAsync(() => doomed.SendAsync("DELETE", "/me"));
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        }
        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(Random.Shared.Next(1, 200));
            await server.RestartAsync();
        }
        using var viewer = server.Client(people[1]);
        await Http.EventuallyAsync(async () => (await viewer.CommentsAsync(live)).Count == 1, "the comments are removed");
        var database = Path.Combine(server.Data, "livecomments.db");
        for (var i = 0; i < 3 && Unfinished() > 0; i++)
            await Task.Delay(TimeSpan.FromSeconds(10));
        await Http.EventuallyAsync(() => Task.FromResult(Unfinished() == 0), "the erasure is finished");
        Assert.Empty(Assert.Single(await viewer.CommentsAsync(live)).GetProperty("reactions").EnumerateObject());
        Assert.Equal(-1, (await SqliteStore.DumpAsync(database)).AsSpan().IndexOf("this-goes"u8));

        long Unfinished()
        {
            using var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
            connection.Open();
            return connection.Scalar<long>("SELECT count(*) FROM unfinished_erasures");
        }
    }
}
