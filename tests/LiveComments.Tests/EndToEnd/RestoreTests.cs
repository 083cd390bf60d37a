using System.Net;
using System.Text.Json;
using LiveComments.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>What moderators bring back: single comments, and all that a purge has removed.</summary>
public sealed class RestoreTests : IAsyncLifetime
{
    private readonly UserId _moderator = new(Guid.NewGuid()), _ann = new(Guid.NewGuid()), _bob = new(Guid.NewGuid());

    private TestServer _server = null!;
    private string _live = "", _other = "";

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(builder => builder.Services.AddSingleton<IScorer>(new HoldingScorer()));
        (_live, _other) = (await _server.GoLiveAsync(), await _server.GoLiveAsync());
        using var administrator = _server.As(Role.Administrator);
        await administrator.CallAsync("PUT", $"/events/{_live}/participants/{_moderator}", """{"role":"moderator"}""");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_deleted_comment_is_back_in_its_place_on_every_path(bool byUndo)
    {
        var first = await Ann.CommentAsync(_live, "first");
        await Ann.CommentAsync(_live, "second");
        await using var socket = await StreamClient.WebSocketAsync(_server, _live, token: _server.Token(user: _ann));
        var hello = await socket.NextAsync("hello");
        var deletion = await DecideAsync("delete", first.Text("commentID")!);
        Assert.Equal(["second"], await TextsAsync());
        var back = byUndo ? await UndoAsync(deletion.Text("decisionID")!) : await DecideAsync("restore", first.Text("commentID")!);
        Assert.Equal("done", back.Text("status"));
        var entries = await socket.EntriesToAsync(Seq(hello.Text("head")!) + 2, Seq(hello.Text("head")!));
        Assert.Equal(["removed", "restored"], entries.Select(entry => entry.Text("type")));
        Assert.Equal(("first", first.Text("position")), entries[1].GetProperty("comment") is var restored ? (restored.Text("commentText"), restored.Text("position")) : default);
        foreach (var restarted in (bool[])[false, true])
        {
            if (restarted)
                await _server.RestartAsync();
            Assert.Equal(["first", "second"], await TextsAsync());
        }
        Assert.Equal("already", (await DecideAsync("restore", first.Text("commentID")!)).Text("status"));
        Assert.Equal(["restored", "removed"], (await Ann.CallAsync("GET", "/me/notices")).EnumerateArray().Select(one => one.Text("notice")));
        Assert.Equal("done", (await DecideAsync("delete", first.Text("commentID")!)).Text("status"));
        Assert.Equal(["second"], await TextsAsync());
    }

    [Fact]
    public async Task What_its_author_took_back_or_nobody_removed_is_not_restored()
    {
        var own = (await Ann.CommentAsync(_live, "own")).Text("commentID")!;
        await Ann.CallAsync("DELETE", $"/live/{_live}/comments/{own}");
        Assert.Equal("not-allowed", (await DecideAsync("restore", own)).Text("status"));
        var stands = (await Ann.CommentAsync(_live, "stands")).Text("commentID")!;
        Assert.Equal("not-found", (await DecideAsync("restore", stands)).Text("status"));
        Assert.Equal("not-found", (await DecideAsync("restore", Guid.NewGuid().ToString())).Text("status"));
        Assert.Equal(["stands"], await TextsAsync());
    }

    [Fact]
    public async Task A_purge_removes_all_that_somebody_wrote_in_the_event_and_is_taken_back_whole()
    {
        for (var i = 0; i < 12; i++)
            await Ann.CommentAsync(_live, $"ann {i}");
        await Bob.CommentAsync(_live, "bob");
        await Ann.CommentAsync(_other, "elsewhere");
        var gone = (await Ann.CommentAsync(_live, "deleted before")).Text("commentID")!;
        await DecideAsync("delete", gone);
        var held = (await Ann.CallAsync("POST", $"/live/{_live}/comments", """{"commentText":"hold- this"}""", HttpStatusCode.Accepted)).Text("commentID");
        await using var socket = await StreamClient.WebSocketAsync(_server, _live, token: _server.Token(user: _ann));
        await socket.NextAsync("hello");

        var purge = await PurgeAsync();
        Assert.Equal("done", purge.Text("status"));
        Assert.Equal(["bob"], await TextsAsync());
        Assert.Empty((await Moderator.CallAsync("GET", $"/live/{_live}/moderation/queue")).EnumerateArray());
        // One notice, not one for each comment.
        Assert.Equal("removed", (await socket.NextAsync("notice")).Text("notice"));
        Assert.Equal("already", (await PurgeAsync()).Text("status"));
        await _server.RestartAsync();
        Assert.Equal(["bob"], await TextsAsync());
        Assert.Single(await _server.Anonymous.CommentsAsync(_other));

        Assert.Equal("done", (await UndoAsync(purge.Text("decisionID")!)).Text("status"));
        string[] all = [.. Enumerable.Range(0, 12).Select(i => $"ann {i}"), "bob"];
        Assert.Equal(all, await TextsAsync());
        Assert.Equal(held, Assert.Single((await Moderator.CallAsync("GET", $"/live/{_live}/moderation/queue")).EnumerateArray()).Text("commentID"));
        Assert.Equal("already", (await UndoAsync(purge.Text("decisionID")!)).Text("status"));
    }

    [Fact]
    public async Task Nobody_purges_whom_they_may_not_decide_about()
    {
        var other = new UserId(Guid.NewGuid());
        await _server.As(Role.Administrator).CallAsync("PUT", $"/events/{_live}/participants/{other}", """{"role":"moderator"}""");
        await _server.As(Role.Viewer, other).CommentAsync(_live, "a moderator's");
        var answer = await Moderator.CallAsync("POST", $"/live/{_live}/moderation/decisions", JsonSerializer.Serialize(new { action = "purge", userIDs = (string[])[other.ToString()] }));
        Assert.Equal("not-allowed", answer.GetProperty("decisions")[0].Text("status"));
        await Moderator.RefusedAsync(Error.InvalidRequest, "POST", $"/live/{_live}/moderation/decisions", JsonSerializer.Serialize(new { action = "purge", userIDs = (string[])[_ann.ToString()], everywhere = true }));
    }

    private HttpClient Ann => _server.As(Role.Viewer, _ann);

    private HttpClient Bob => _server.As(Role.Viewer, _bob);

    private HttpClient Moderator => _server.As(Role.Viewer, _moderator);

    private static long Seq(string position) => long.Parse(position.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);

    private async Task<string[]> TextsAsync() => [.. (await _server.Anonymous.CommentsAsync(_live)).Select(comment => comment.Text("commentText")!)];

    private Task<JsonElement> DecideAsync(string action, string comment) => AnswerAsync("decisions", new { action, commentIDs = (string[])[comment] });

    private Task<JsonElement> PurgeAsync() => AnswerAsync("decisions", new { action = "purge", userIDs = (string[])[_ann.ToString()] });

    private Task<JsonElement> UndoAsync(string decision) => AnswerAsync("undo", new { decisionID = decision });

    private async Task<JsonElement> AnswerAsync(string call, object body) =>
        (await Moderator.CallAsync("POST", $"/live/{_live}/moderation/{call}", JsonSerializer.Serialize(body))).GetProperty("decisions")[0].Clone();
}
