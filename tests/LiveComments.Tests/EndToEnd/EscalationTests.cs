using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Tests.Server.Challenges;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Writers who run into their limits again and again: a challenge first, then a block that ends by itself.</summary>
public sealed class EscalationTests : IAsyncLifetime
{
    private readonly UserId _ann = new(Guid.NewGuid()), _bob = new(Guid.NewGuid());
    private TestServer _server = null!;
    private string _live = "";

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(null, "--LiveComments:Limits:Enabled=true", "--LiveComments:Limits:CommentsPerSecond=0.5", "--LiveComments:Limits:CommentBurst=1",
            "--LiveComments:Challenge:Difficulty=8", "--LiveComments:Proxy:Trusted:0=127.0.0.1");
        _live = await _server.GoLiveAsync();
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Who_keeps_running_into_limits_solves_a_challenge_once_and_writes_on()
    {
        using var ann = _server.From("203.0.113.7", _ann);
        var challenge = await ChallengedAsync(ann);
        Assert.Equal(("proof-of-work", 8), (challenge.Text("kind"), challenge.GetProperty("difficulty").GetInt32()));
        var answer = Solve(challenge);
        // Not by somebody else, and not in another event.
        using var bob = _server.From("198.51.100.1", _bob);
        await ChallengedAsync(bob);
        Assert.Equal("challenge-required", await CodeAsync(bob, _live, answer));
        var other = await _server.GoLiveAsync();
        Assert.Equal("challenge-required", await CodeAsync(ann, other, answer));
        Assert.Equal("challenge-required", await CodeAsync(ann, _live, answer[..^1] + "x"));
        // She may write at once, at the pace of everybody.
        await WrittenAsync(ann, answer);
        // The same answer is no good a second time, also after a restart.
        await ChallengedAsync(ann);
        Assert.Equal("challenge-required", await CodeAsync(ann, _live, answer));
        await _server.RestartAsync();
        using var again = _server.From("203.0.113.7", _ann);
        challenge = await ChallengedAsync(again);
        Assert.Equal("challenge-required", await CodeAsync(again, _live, answer));
        await WrittenAsync(again, Solve(challenge));
    }

    [Fact]
    public async Task By_a_socket_the_error_says_what_to_solve_and_the_answer_comes_with_the_comment()
    {
        await using var socket = await StreamClient.WebSocketAsync(_server, _live, token: _server.Token(user: _ann), address: "203.0.113.7");
        var error = default(JsonElement);
        for (var i = 0; error.ValueKind == JsonValueKind.Undefined || error.Text("type") == "ack" || error.Text("code") != "challenge-required"; i++)
            error = await SayAsync($"a{i}", null);
        var answer = Solve(error.GetProperty("challenge"));
        for (var i = 0; ; i++)
        {
            var said = await SayAsync($"b{i}", answer);
            if (said.Text("type") == "ack")
                break;
            // It is free, and waits for its turn as everybody does.
            Assert.Equal("rate-limited", said.Text("code"));
            await Task.Delay(500);
        }

        async Task<JsonElement> SayAsync(string id, string? challengeAnswer)
        {
            await socket.SendAsync(new { type = "comment", id, commentText = id, challengeAnswer });
            while (true)
                if (await socket.NextAsync() is { } said && said.Text("type") is "ack" or "error" && said.TryGetProperty("id", out var of) && of.GetString() == id)
                    return said;
        }
    }

    [Fact]
    public async Task Who_goes_on_without_an_answer_is_blocked_for_a_while_and_nobody_else_of_the_address_is()
    {
        using var ann = _server.From("203.0.113.7", _ann);
        await ChallengedAsync(ann);
        var code = "";
        var wait = TimeSpan.Zero;
        for (var i = 0; i < 200 && code != "temporarily-blocked"; i++)
        {
            using var refused = await ann.SendCommentAsync(_live, $"on and on {i}");
            code = JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement.Text("code");
            wait = refused.Headers.RetryAfter?.Delta ?? TimeSpan.Zero;
        }
        Assert.Equal("temporarily-blocked", code);
        Assert.InRange(wait, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        // An answer does not shorten it, by whatever door.
        Assert.Equal("temporarily-blocked", await CodeAsync(ann, _live, "anything"));
        await using var socket = await StreamClient.WebSocketAsync(_server, _live, token: _server.Token(user: _ann), address: "198.51.100.9");
        await socket.SendAsync(new { type = "comment", id = "k", commentText = "by another door" });
        Assert.Equal("temporarily-blocked", (await socket.NextAsync("error")).Text("code"));
        using var bob = _server.From("203.0.113.7", _bob);
        await bob.CommentAsync(_live, "I share her address");
        Assert.Contains("livecomments_escalations_total{step=\"blocked\",who=\"person\"} 1", await _server.Anonymous.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Moderators_are_asked_for_nothing()
    {
        using var moderator = _server.From("203.0.113.7", _ann, Role.Moderator);
        for (var i = 0; i < 80; i++)
        {
            using var answer = await moderator.SendCommentAsync(_live, $"calm down {i}");
            Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.TooManyRequests, $"{answer.StatusCode}");
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
                Assert.Equal("rate-limited", JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.Text("code"));
        }
    }

    /// <summary>Writes until a challenge is asked; the challenge.</summary>
    private async Task<JsonElement> ChallengedAsync(HttpClient client)
    {
        for (var i = 0; i < 100; i++)
        {
            using var answer = await client.SendCommentAsync(_live, $"again and again {i}");
            if (answer.StatusCode != HttpStatusCode.Forbidden)
                continue;
            var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
            Assert.Equal("challenge-required", problem.Text("code"));
            return problem.GetProperty("challenge");
        }
        throw new InvalidOperationException("No challenge was asked.");
    }

    private static string Solve(JsonElement challenge) => ProofOfWorkTests.Solve(challenge.Text("token")!, challenge.GetProperty("difficulty").GetInt32());

    /// <summary>Writes with an answer that must be right; the comment waits for its turn as everybody's does.</summary>
    private async Task WrittenAsync(HttpClient client, string answer)
    {
        for (var i = 0; ; i++)
        {
            var code = await CodeAsync(client, _live, answer, "k" + i);
            if (code == "")
                return;
            Assert.Equal("rate-limited", code);
            await Task.Delay(500);
        }
    }

    /// <summary>The code of what is answered; empty when it is placed.</summary>
    private static async Task<string> CodeAsync(HttpClient client, string live, string answer, string text = "with an answer")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/live/{live}/comments") { Content = JsonContent.Create(new { commentText = text }) };
        request.Headers.TryAddWithoutValidation("X-Challenge-Answer", answer);
        using var answered = await client.SendAsync(request);
        return answered.StatusCode == HttpStatusCode.Created ? "" : JsonDocument.Parse(await answered.Content.ReadAsStringAsync()).RootElement.Text("code")!;
    }
}
