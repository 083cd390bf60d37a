using System.Net;
using System.Text.Json;
using LiveComments.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Whatever people write and moderators decide, in whatever order: no path shows a text to somebody who may not see it.</summary>
public sealed class HiddenTextTests : IAsyncLifetime
{
    private readonly UserId _moderator = new(Guid.NewGuid());
    private readonly Dictionary<string, (string Text, string Author, string Key)> _held = [];
    private readonly HashSet<string> _waiting = [], _rejected = [], _approved = [], _plain = [], _shadowed = [], _shadowBanned = [];
    private readonly Dictionary<string, string> _deleted = [];
    private readonly List<(UserId Id, string Name, string Token)> _people = [];

    private TestServer _server = null!;
    private string _live = "";

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(builder => builder.Services.AddSingleton<IScorer, HoldingScorer>(), "--LiveComments:Passwords:Iterations=10000");
        _live = await _server.GoLiveAsync();
        using var administrator = _server.As(Role.Administrator);
        await administrator.CallAsync("PUT", $"/events/{_live}/participants/{_moderator}", """{"role":"moderator"}""");
        foreach (var name in (string[])["ann", "bob", "cat"])
        {
            var registered = await _server.RegisterAsync(name);
            _people.Add((new UserId(Guid.Parse(registered.Text("userID")!)), name, registered.Text("token")!));
        }
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_path_shows_what_is_held_rejected_deleted_or_shadowed(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 60; i++)
            await StepAsync(random, $"{seed}x{i}");
        await _server.RestartAsync();
        for (var i = 60; i < 80; i++)
            await StepAsync(random, $"{seed}x{i}");
        using (var administrator = _server.As(Role.Administrator))
            await administrator.CallAsync("POST", $"/events/{_live}/end");
        await StepAsync(random, $"{seed}xlast");
        Assert.NotEmpty(_waiting);
        Assert.NotEmpty(_rejected);
        Assert.NotEmpty(_approved);
        Assert.NotEmpty(_deleted);
        Assert.NotEmpty(_shadowed);

        string[] hidden = [.. _held.Where(one => _waiting.Contains(one.Key) || _rejected.Contains(one.Key)).Select(one => one.Value.Text), .. _deleted.Keys, .. _shadowed];
        foreach (var (path, shown) in await EverythingAsync())
        {
            Assert.All(hidden, text => Assert.False(shown.Contains(text, StringComparison.Ordinal), $"{path} shows '{text}'"));
            // The check would see it: what everybody may see is there.
            if (path.Contains("after=start", StringComparison.Ordinal) || path == "export")
                Assert.All(_plain.Concat(_approved.Select(id => _held[id].Text)).Except(_deleted.Keys), text => Assert.True(shown.Contains(text, StringComparison.Ordinal), $"{path} does not show '{text}'"));
        }
    }

    private async Task StepAsync(Random random, string mark)
    {
        var (_, name, token) = _people[random.Next(2)];
        using var author = _server.Client(token);
        switch (random.Next(10))
        {
            case 0 or 1 or 2:
                var parent = random.Next(3) == 0 ? (await _server.Anonymous.CommentsAsync(_live)).LastOrDefault() : default;
                var text = $"hold-{mark}- @cat";
                using (var answer = await author.SendCommentAsync(_live, text, $"key-{mark}", parent.ValueKind == JsonValueKind.Object ? parent.Text("commentID") : null))
                    if (answer.StatusCode == HttpStatusCode.Accepted)
                    {
                        var id = (await answer.JsonAsync(HttpStatusCode.Accepted)).Text("commentID")!;
                        _held[id] = (text, name, $"key-{mark}");
                        _waiting.Add(id);
                    }
                break;
            case 3:
                var plain = $"plain-{mark}- @cat";
                using (var answer = await author.SendCommentAsync(_live, plain))
                    if (answer.StatusCode == HttpStatusCode.Created)
                        (_shadowBanned.Contains(name) ? _shadowed : _plain).Add(plain);
                break;
            case 4 when _waiting.Count > 1:
                await DecideAsync("approve", Take(random, _approved));
                break;
            case 5 when _waiting.Count > 1:
                await DecideAsync("reject", Take(random, _rejected));
                break;
            case 6 when (await _server.Anonymous.CommentsAsync(_live)) is { Count: > 3 } comments:
                var gone = comments[random.Next(comments.Count)];
                await DecideAsync("delete", gone.Text("commentID")!);
                _deleted[gone.Text("commentText")!] = gone.Text("commentID")!;
                break;
            case 8 when _deleted.Count > 2:
                var (back, backId) = _deleted.ElementAt(random.Next(_deleted.Count));
                await DecideAsync("restore", backId);
                _deleted.Remove(back);
                break;
            case 9:
                var action = _shadowBanned.Add(name) ? "shadow-ban" : "lift";
                if (action == "lift")
                    _shadowBanned.Remove(name);
                await DecideAsync(action, userId: _people.Single(one => one.Name == name).Id.ToString());
                break;
            case 7 when _held.Count > 0:
                // A retry brings nothing back.
                var again = _held.Values.ElementAt(random.Next(_held.Count));
                using (await _server.Client(_people.Single(one => one.Name == again.Author).Token).SendCommentAsync(_live, again.Text, again.Key))
                {
                }
                break;
        }
    }

    private string Take(Random random, HashSet<string> into)
    {
        var id = _waiting.ElementAt(random.Next(_waiting.Count));
        _waiting.Remove(id);
        into.Add(id);
        return id;
    }

    private async Task DecideAsync(string action, string? comment = null, string? userId = null)
    {
        using var moderator = _server.As(Role.Viewer, _moderator);
        var answer = await moderator.CallAsync("POST", $"/live/{_live}/moderation/decisions",
            comment is null ? JsonSerializer.Serialize(new { action, userIDs = (string[])[userId!] }) : JsonSerializer.Serialize(new { action, commentIDs = (string[])[comment] }));
        Assert.Equal("done", answer.GetProperty("decisions")[0].Text("status"));
    }

    /// <summary>All that somebody who is no moderator can read, also the person whom the texts mention.</summary>
    private async Task<List<(string Path, string Shown)>> EverythingAsync()
    {
        var all = new List<(string, string)>();
        var reader = _server.Client(_server.Token(user: _people[2].Id));
        var paths = new List<string>
        {
            $"/live/{_live}/comments", $"/live/{_live}/comments?after=start&limit=500", $"/live/{_live}/comments?sort=popular&limit=500", $"/live/{_live}/comments?since=2020-01-01T00:00:00Z&limit=500",
            $"/events/{_live}", "/me/notices", "/me/mentions?limit=500", "/me/comments?limit=500", $"/live/{_live}/replay",
        };
        foreach (var comment in (await reader.CommentsAsync(_live)).Select(comment => comment.Text("commentID")).Concat(_held.Keys))
            paths.AddRange([$"/live/{_live}/comments/{comment}", $"/live/{_live}/comments?parent={comment}&limit=500"]);
        for (var segment = 0; segment < 3; segment++)
            paths.Add($"/live/{_live}/replay/{segment}");
        foreach (var path in paths)
            using (var answer = await reader.GetAsync(path))
                all.Add((path, await answer.Content.ReadAsStringAsync()));
        var head = (await _server.EntriesAsync(_live)).Count;
        foreach (var isEventStream in (bool[])[false, true])
        {
            var token = _server.Token(user: _people[2].Id);
            await using var stream = isEventStream ? await StreamClient.EventStreamAsync(_server, _live, "?after=start&sample=off", token) : await StreamClient.WebSocketAsync(_server, _live, "?after=start&sample=off", token);
            var hello = await stream.NextAsync("hello");
            all.Add(("stream ?after=start", hello.GetRawText() + string.Concat((await stream.EntriesToAsync(head, after: 0)).Select(entry => entry.GetRawText()))));
        }
        var (exitCode, output, error) = await ServerProcess.RunAsync("export", "--event", _live, "--data", _server.Data);
        Assert.True(exitCode == 0, error);
        all.Add(("export", output));
        return all;
    }
}
