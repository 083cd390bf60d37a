using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Log;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Whoever may not read an event cannot tell it from one that does not exist.</summary>
public sealed class UnreadableEventTests : IAsyncLifetime
{
    private static readonly Dictionary<string, string> Bodies = new()
    {
        ["PostComment"] = """{"commentText":"Hello"}""",
        ["OpenPoll"] = """{"question":"Who wins?","options":["Red","Blue"]}""",
        ["ClosePoll"] = """{"status":"closed"}""",
        ["PutVote"] = """{"option":0}""",
        ["PostReaction"] = """{"reactionType":"like"}""",
        ["MarkQuestion"] = """{"status":"answered"}""",
        ["PinComment"] = """{"commentID":"COMMENT"}""",
        ["ParticipantBody"] = """{"role":"viewer"}""",
        ["EventBody"] = """{"title":"Another"}""",
        ["ReportComment"] = """{"reason":"Rude"}""",
        ["ModerationDecision"] = """{"action":"delete","commentIDs":["COMMENT"]}""",
        ["ModerationUndo"] = """{"decisionID":"0196f1a2-7b1c-7c3e-9d2a-5f8e3b6a1c01"}""",
        ["ModerationLook"] = """{"commentID":"COMMENT"}""",
        ["ModesPatch"] = """{"emojiOnly":true}""",
        ["Shield"] = """{"on":true}""",
        ["Rules"] = """{"capitals":"hold"}""",
    };

    private readonly UserId _former = new(Guid.NewGuid());
    private TestServer _server = null!;
    private string _id = null!;
    private string _comment = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        using var administrator = _server.As(Role.Administrator);
        _id = (await administrator.CallAsync("POST", "/events", """
            {"title":"A secret","description":"Secret too","eventType":"news","startTime":"2026-01-31T20:00:00Z","videoID":"private",
             "settings":{"visibility":"private","videoUrl":"https://secret.example/show.mp4"}}
            """, HttpStatusCode.Created)).Text("eventID")!;
        await administrator.CallAsync("POST", "/events/private/start");
        await administrator.CallAsync("PUT", $"/events/private/participants/{_former}", """{"role":"moderator"}""");
        using var former = _server.As(Role.Viewer, _former);
        _comment = (await former.CommentAsync("private", "I was here")).Text("commentID")!;
        await administrator.CallAsync("PUT", "/live/private/moderation/pinned", $$"""{"commentID":"{{_comment}}"}""");
        using (var dismissed = await administrator.SendAsync("DELETE", $"/events/private/participants/{_former}"))
            Assert.Equal(HttpStatusCode.NoContent, dismissed.StatusCode);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Every_call_answers_those_who_may_not_read_an_event_as_if_it_did_not_exist()
    {
        var document = JsonNode.Parse(await _server.Anonymous.GetStringAsync("/openapi/v1.json"))!;
        (string Who, HttpClient Client)[] callers =
        [
            ("nobody", _server.Client(null)), ("a stranger", _server.As(Role.Viewer)), ("a former participant", _server.As(Role.Viewer, _former)),
            ("another event's moderator", _server.As(Role.Moderator, moderatorOf: new EventId(Guid.NewGuid()))),
        ];
        var (differences, compared) = (new List<string>(), 0);
        // Whoever operates the nodes may know of every event, and these calls come from their machine: ClusterAccessTests.
        foreach (var (path, item) in document["paths"]!.AsObject().Where(path => path.Key.Contains("{videoID}", StringComparison.Ordinal) && !path.Key.StartsWith("/cluster/", StringComparison.Ordinal)))
            foreach (var (method, operation) in item!.AsObject().SelectMany(operation => operation.Key == "get" && item["head"] is null ? [("get", operation.Value), ("head", operation.Value)] : new[] { (operation.Key, operation.Value) }))
                foreach (var (variant, headers) in Variants(path))
                    foreach (var (who, client) in callers)
                        foreach (var (secret, unknown) in new[] { ("private", "unknown"), (_id, Guid.NewGuid().ToString()) })
                        {
                            var schema = operation!["requestBody"]?["content"]?["application/json"]?["schema"]?["$ref"]?.GetValue<string>().Split('/')[^1];
                            Assert.True(schema is null || Bodies.ContainsKey(schema), $"There is no example of {schema} here.");
                            var body = schema is null ? null : Bodies[schema].Replace("COMMENT", _comment, StringComparison.Ordinal);
                            var answers = new List<string>();
                            foreach (var id in new[] { secret, unknown })
                                answers.Add(await AnswerAsync(client, method, path.Replace("{videoID}", id, StringComparison.Ordinal).Replace("{commentID}", _comment, StringComparison.Ordinal)
                                    .Replace("{segment}", "0", StringComparison.Ordinal).Replace("{userID}", _former.ToString(), StringComparison.Ordinal) + variant, headers, body));
                            compared++;
                            if (answers[0] != answers[1])
                                differences.Add($"{method} {path}{variant} {headers.FirstOrDefault()} for {who}:\n{answers[0]}\n-- and where there is no event\n{answers[1]}\n");
                            Assert.DoesNotContain("secret", answers[0], StringComparison.OrdinalIgnoreCase);
                        }
        Assert.True(differences.Count == 0, $"{differences.Count} of {compared}:\n{string.Join('\n', differences)}");
        Assert.True(compared > 150, $"Only {compared} calls were compared.");
    }

    [Fact]
    public async Task A_list_of_events_begins_after_a_private_event_only_for_those_who_may_read_it()
    {
        Assert.Equal(
            await _server.Anonymous.RefusedAsync(Error.InvalidParameter, "GET", "/events?after=unknown"),
            await _server.Anonymous.RefusedAsync(Error.InvalidParameter, "GET", "/events?after=private"));
        using var administrator = _server.As(Role.Administrator);
        await administrator.CallAsync("GET", "/events?after=private");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(50)]
    public async Task Pages_of_mentions_name_no_comment_of_an_event_that_one_may_not_read(int limit)
    {
        var me = new UserId(Guid.NewGuid());
        var open = await _server.GoLiveAsync();
        var (expected, secret) = (new List<string>(), new List<string>());
        for (var i = 0; i < 12; i++)
        {
            var isOpen = i is 0 or 1 or 7;
            var draft = new CommentDraft(new CommentId(Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddYears(50).AddSeconds(i))), new Author(_former, "writer", "Writer", null, Role.Viewer), $"@me {i}", null, [new Mention(me, "me")], null, null);
            (isOpen ? expected : secret).Add((await _server.PlaceAsync(isOpen ? open : _id, [draft]))[0].Id.ToString());
        }
        using var client = _server.As(Role.Viewer, me);
        var found = new List<string>();
        for (var path = $"/me/mentions?limit={limit}"; path is not null;)
        {
            using var answer = await client.GetAsync(path);
            var page = (await answer.JsonAsync()).EnumerateArray().ToList();
            Assert.NotEmpty(page);
            found.AddRange(page.Select(one => one.GetProperty("comment").Text("commentID")!));
            path = answer.Link("next");
            Assert.DoesNotContain(secret, id => path?.Contains(id, StringComparison.Ordinal) == true);
        }
        expected.Reverse();
        Assert.Equal(expected, found);
    }

    /// <summary>Ways to make a call that could be answered differently: queries, and headers.</summary>
    private static IEnumerable<(string Query, string[] Headers)> Variants(string path)
    {
        yield return ("", []);
        switch (path)
        {
            case "/live/{videoID}":
                yield return ("?embed=chat", []);
                yield return ("?embed=overlay", []);
                break;
            case "/live/{videoID}/comments":
                yield return ("?after=start", []);
                yield return ("?sort=popular", []);
                break;
            case "/live/{videoID}/questions":
                yield return ("?status=open", []);
                break;
            case "/live/{videoID}/comments/stream":
                yield return ("", ["Accept: text/event-stream"]);
                yield return ("?after=start", ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]);
                break;
            case "/live/{videoID}/replay":
                yield return ("", ["If-None-Match: *"]);
                break;
        }
    }

    private static async Task<string> AnswerAsync(HttpClient client, string method, string path, string[] headers, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), path);
        foreach (var header in headers)
            request.Headers.TryAddWithoutValidation(header.Split(": ")[0], header.Split(": ")[1]);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var lines = answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key != "Date").OrderBy(header => header.Key)
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
        // What streams has no end.
        var text = answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.SwitchingProtocols ? "" : await answer.Content.ReadAsStringAsync();
        return $"{(int)answer.StatusCode}\n{string.Join('\n', lines)}\n\n{text}";
    }
}
