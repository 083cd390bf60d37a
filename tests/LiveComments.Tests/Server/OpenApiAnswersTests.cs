using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Server;

public sealed class OpenApiAnswersTests
{
    [Fact]
    public async Task The_server_answers_what_its_document_says()
    {
        await using var server = await TestServer.StartAsync();
        var document = JsonNode.Parse(await server.Anonymous.GetStringAsync("/openapi/v1.json"))!;
        var walk = new Walk(document);
        using var admin = server.As(Role.Administrator);
        using var anonymous = server.Client(null);
        using var stranger = server.As(Role.Viewer);

        await walk.CallAsync(admin, "POST /events", 201, """{"title":"Final","eventType":"sports","startTime":"2030-01-01T00:00:00Z","videoID":"final","endTime":"2030-01-01T02:00:00Z","description":"All of it","settings":{"slowModeSeconds":1,"reactionTypes":["like","love"]},"moderationLevel":"strict","analyticsConfig":{"any":[1]}}""");
        await walk.CallAsync(admin, "POST /events", 409, """{"title":"Final","eventType":"sports","startTime":"2030-01-01T00:00:00Z","videoID":"final"}""");
        await walk.CallAsync(admin, "POST /events/{videoID}/start", 200, null, "final");
        await walk.CallAsync(admin, "PATCH /events/{videoID}", 200, """{"settings":{"slowModeSeconds":null}}""", "final");
        await walk.CallAsync(anonymous, "GET /events/{videoID}", 200, null, "final");
        await walk.CallAsync(anonymous, "GET /events", 200);
        await walk.CallAsync(anonymous, "POST /events", 401, "{}");

        var signedIn = await walk.CallAsync(anonymous, "POST /auth/register", 201, """{"username":"reader","email":"reader@example.org","password":"a long pass phrase"}""");
        await walk.CallAsync(anonymous, "POST /auth/register", 409, """{"username":"reader","email":"reader@example.org","password":"a long pass phrase"}""");
        await walk.CallAsync(anonymous, "POST /auth/login", 401, """{"username":"reader","password":"another pass phrase"}""");
        signedIn = await walk.CallAsync(anonymous, "POST /auth/login", 200, """{"username":"reader","password":"a long pass phrase"}""");
        signedIn = await walk.CallAsync(anonymous, "POST /auth/refresh", 200, $$"""{"refreshToken":"{{signedIn["refreshToken"]}}"}""");
        using var reader = server.Client(signedIn["token"]!.GetValue<string>());
        var id = signedIn["userID"]!.GetValue<string>();
        await walk.CallAsync(reader, "GET /me", 200);
        await walk.CallAsync(reader, "PATCH /me", 200, """{"displayName":"A reader","avatarUrl":"https://example.org/a.png","preferences":{"dark":true}}""");
        await walk.CallAsync(reader, "POST /auth/stream-ticket", 200);
        await walk.CallAsync(reader, "POST /auth/totp", 200, """{"password":"a long pass phrase"}""");
        await walk.CallAsync(reader, "POST /auth/totp/confirm", 400, """{"code":"000000"}""");
        await walk.CallAsync(reader, "DELETE /auth/totp", 204, """{"password":"a long pass phrase"}""");
        await walk.CallAsync(admin, "PUT /events/{videoID}/participants/{userID}", 200, """{"role":"moderator"}""", "final", id);
        await walk.CallAsync(admin, "PUT /events/{videoID}/participants/{userID}", 200, """{"role":"viewer"}""", "final", Guid.NewGuid().ToString());
        await walk.CallAsync(admin, "GET /events/{videoID}/participants", 200, null, "final");
        await walk.CallAsync(reader, "GET /events/{videoID}/participants", 403, null, "final");
        await walk.CallAsync(admin, "GET /events/{videoID}/participants?joined=true", 200, null, "final");
        await walk.CallAsync(admin, "GET /users?username=READER", 200);
        await walk.CallAsync(admin, "GET /users", 400);
        await walk.CallAsync(reader, "GET /users?username=reader", 403);

        await walk.CallAsync(admin, "PUT /events/{videoID}/participants/{userID}", 200, """{"role":"host"}""", "final", Guid.NewGuid().ToString());
        await walk.CallAsync(admin, "PATCH /events/{videoID}", 200, """{"settings":{"guests":true}}""", "final");
        var guest = await walk.CallAsync(anonymous, "POST /auth/guest", 201, """{"displayName":"Eve","videoID":"final"}""");
        await walk.CallAsync(anonymous, "POST /auth/guest", 404, """{"displayName":"Eve","videoID":"nothing"}""");
        using var eve = server.Client(guest["token"]!.GetValue<string>());
        await walk.CallAsync(eve, "GET /me", 200);
        await walk.CallAsync(eve, "PATCH /me", 403, """{"displayName":"Another"}""");
        await walk.CallAsync(eve, "POST /auth/guest/register", 409, """{"username":"reader","email":"eve@example.org","password":"a long pass phrase"}""");
        await walk.CallAsync(eve, "POST /auth/guest/register", 204, """{"username":"eve","email":"eve@example.org","password":"a long pass phrase"}""");
        await walk.CallAsync(anonymous, "POST /auth/password/reset", 400, """{"token":"x","newPassword":"a long pass phrase"}""");
        await walk.CallAsync(reader, "DELETE /users/{userID}/picture", 403, null, id);
        await walk.CallAsync(admin, "DELETE /users/{userID}/picture", 204, null, id);
        await walk.CallAsync(admin, "DELETE /events/{videoID}/picture", 204, null, "final");
        await walk.CallAsync(anonymous, "GET /pictures/{pictureID}", 404, null, Guid.NewGuid().ToString());

        var comment = await walk.CallAsync(reader, "POST /live/{videoID}/comments", 201, """{"commentText":"Hello @reader","client":{"platform":"web","version":"1"}}""", "final");
        var commentId = comment["commentID"]!.GetValue<string>();
        var reply = await walk.CallAsync(reader, "POST /live/{videoID}/comments", 201, $$"""{"commentText":"A reply","replyToCommentID":"{{commentId}}"}""", "final");
        await walk.CallAsync(reader, "POST /live/{videoID}/comments", 400, """{"commentText":""}""", "final");
        await walk.CallAsync(reader, "POST /live/{videoID}/comments", 403, $$"""{"commentText":"x","userID":"{{Guid.NewGuid()}}"}""", "final");
        await walk.CallAsync(reader, "POST /live/{videoID}/comments", 404, """{"commentText":"x"}""", "nothing");
        await walk.CallAsync(reader, "POST /live/{videoID}/comments/{commentID}/reactions", 200, """{"reactionType":"love"}""", "final", commentId);
        await walk.CallAsync(reader, "POST /live/{videoID}/comments/{commentID}/reactions", 400, """{"reactionType":"angry"}""", "final", commentId);
        await walk.CallAsync(anonymous, "GET /live/{videoID}/comments", 200, null, "final");
        await walk.CallAsync(reader, "GET /live/{videoID}/comments", 200, null, "final");
        await walk.CallAsync(anonymous, "GET /live/{videoID}/comments/{commentID}", 200, null, "final", commentId);
        await walk.CallAsync(anonymous, "GET /live/{videoID}/comments/{commentID}", 404, null, "final", Guid.NewGuid().ToString());
        await walk.CallAsync(reader, "GET /me/comments", 200);
        await walk.CallAsync(reader, "GET /me/mentions", 200);
        await walk.CallAsync(reader, "DELETE /live/{videoID}/comments/{commentID}/reactions", 200, null, "final", commentId);
        await walk.CallAsync(reader, "PUT /live/{videoID}/moderation/pinned", 200, $$"""{"commentID":"{{commentId}}"}""", "final");
        await walk.CallAsync(anonymous, "GET /events/{videoID}", 200, null, "final");
        await walk.CallAsync(admin, "DELETE /live/{videoID}/moderation/pinned", 200, null, "final");
        await walk.CallAsync(admin, "PUT /live/{videoID}/moderation/pinned", 200, $$"""{"commentID":"{{reply["commentID"]}}"}""", "final");
        await walk.CallAsync(reader, "POST /live/{videoID}/comments", 409, """{"commentText":"Why?","question":true}""", "final");
        await walk.CallAsync(admin, "PATCH /events/{videoID}", 200, """{"settings":{"questions":true}}""", "final");
        var question = (await walk.CallAsync(reader, "POST /live/{videoID}/comments", 201, """{"commentText":"Why?","question":true}""", "final"))["commentID"]!.GetValue<string>();
        await walk.CallAsync(reader, "POST /live/{videoID}/comments", 400, $$"""{"commentText":"Why?","question":true,"replyToCommentID":"{{commentId}}"}""", "final");
        await walk.CallAsync(reader, "GET /live/{videoID}/questions", 200, null, "final");
        await walk.CallAsync(reader, "GET /live/{videoID}/questions?status=open&limit=1", 200, null, "final");
        await walk.CallAsync(reader, "GET /live/{videoID}/questions?status=maybe", 400, null, "final");
        await walk.CallAsync(admin, "PATCH /live/{videoID}/questions/{commentID}", 200, """{"status":"answered"}""", "final", question);
        await walk.CallAsync(admin, "PATCH /live/{videoID}/questions/{commentID}", 404, """{"status":"answered"}""", "final", commentId);
        await walk.CallAsync(admin, "PATCH /live/{videoID}/questions/{commentID}", 400, "{}", "final", commentId);
        await walk.CallAsync(admin, "PUT /live/{videoID}/moderation/stage", 200, $$"""{"commentID":"{{question}}"}""", "final");
        await walk.CallAsync(anonymous, "GET /events/{videoID}", 200, null, "final");
        await walk.CallAsync(reader, "DELETE /live/{videoID}/comments/{commentID}", 200, null, "final", commentId);
        await walk.CallAsync(admin, "PUT /live/{videoID}/moderation/stage", 409, $$"""{"commentID":"{{commentId}}"}""", "final");
        await walk.CallAsync(admin, "PUT /live/{videoID}/moderation/pinned", 409, $$"""{"commentID":"{{commentId}}"}""", "final");
        var poll = await walk.CallAsync(admin, "POST /live/{videoID}/polls", 201, """{"question":"Who wins?","options":["Red","Blue"],"results":"live","seconds":600}""", "final");
        var pollId = poll["pollID"]!.GetValue<string>();
        await walk.CallAsync(admin, "POST /live/{videoID}/polls", 400, """{"question":"Who wins?","options":["Red"]}""", "final");
        await walk.CallAsync(admin, "POST /live/{videoID}/polls", 409, """{"question":"Who loses?","options":["Red","Blue"]}""", "final");
        await walk.CallAsync(reader, "PUT /live/{videoID}/polls/{pollID}/vote", 200, """{"option":1}""", "final", pollId);
        await walk.CallAsync(reader, "PUT /live/{videoID}/polls/{pollID}/vote", 400, """{"option":2}""", "final", pollId);
        await walk.CallAsync(reader, "GET /live/{videoID}/polls", 200, null, "final");
        await walk.CallAsync(anonymous, "GET /events/{videoID}", 200, null, "final");
        await walk.CallAsync(admin, "PATCH /live/{videoID}/polls/{pollID}", 200, """{"status":"closed"}""", "final", pollId);
        await walk.CallAsync(reader, "PUT /live/{videoID}/polls/{pollID}/vote", 409, """{"option":0}""", "final", pollId);
        await walk.CallAsync(admin, "DELETE /live/{videoID}/polls/{pollID}", 204, null, "final", pollId);
        await walk.CallAsync(reader, "PUT /live/{videoID}/polls/{pollID}/vote", 404, """{"option":0}""", "final", pollId);
        await walk.CallAsync(admin, "PATCH /live/{videoID}/moderation/modes", 200, """{"emojiOnly":true,"slowModeSeconds":5}""", "final");
        await walk.CallAsync(admin, "PATCH /live/{videoID}/moderation/modes", 400, """{"emojiOnly":"yes"}""", "final");
        const string rules = """{"links":{"action":"hold","allow":["example.org"]},"words":[{"text":"hello","action":"hold"}],"patterns":[{"pattern":"^x","action":"refuse"}],"capitals":"hold"}""";
        await walk.CallAsync(admin, "POST /live/{videoID}/moderation/rules/dry-run", 200, rules, "final");
        await walk.CallAsync(admin, "PUT /live/{videoID}/moderation/rules", 200, rules, "final");
        await walk.CallAsync(admin, "PUT /live/{videoID}/moderation/rules", 400, """{"capitals":"maybe"}""", "final");
        await walk.CallAsync(admin, "GET /live/{videoID}/moderation/rules", 200, null, "final");
        await walk.CallAsync(admin, "PUT /moderation/rules", 200, "{}");
        await walk.CallAsync(admin, "GET /moderation/rules", 200);
        await walk.CallAsync(admin, "PUT /live/{videoID}/moderation/shield", 200, """{"on":true}""", "final");
        await walk.CallAsync(anonymous, "GET /events/{videoID}", 200, null, "final");
        await walk.CallAsync(admin, "POST /events/{videoID}/end", 200, null, "final");
        await walk.CallAsync(reader, "POST /live/{videoID}/comments", 409, """{"commentText":"late"}""", "final");

        await walk.CallAsync(anonymous, "GET /live/{videoID}/replay", 200, null, "final");
        await walk.CallAsync(admin, "DELETE /live/{videoID}/moderation/stage", 200, null, "final");
        await walk.CallAsync(anonymous, "GET /live/{videoID}/replay/{segment}", 200, null, "final", "0");
        await walk.CallAsync(anonymous, "GET /live/{videoID}/replay/{segment}", 404, null, "final", "99");
        await walk.CallAsync(admin, "GET /live/{videoID}/stats", 200, null, "final");
        await walk.CallAsync(admin, "GET /live/{videoID}/stats?step=day", 400, null, "final");
        await walk.CallAsync(stranger, "GET /live/{videoID}/stats", 403, null, "final");
        await walk.CallAsync(anonymous, "GET /live/{videoID}/stats", 401, null, "final");
        await walk.CallAsync(admin, "GET /stats", 200);
        await walk.CallAsync(admin, "GET /stats?limit=0", 400);

        await walk.CallAsync(anonymous, "GET /cluster/members", 200);
        await walk.CallAsync(anonymous, "GET /cluster/changes?after=0", 200);
        await walk.CallAsync(anonymous, "GET /cluster/changes", 400);
        await walk.CallAsync(anonymous, "GET /cluster/shards", 200);
        await walk.CallAsync(anonymous, "GET /cluster/events/{videoID}", 200, null, "final");
        await walk.CallAsync(anonymous, "GET /cluster/events/{videoID}", 404, null, "nothing");
        await walk.CallAsync(anonymous, "GET /cluster/relays", 200);
        await walk.CallAsync(anonymous, "DELETE /cluster/members/{node}", 404, null, "10.0.0.11:4053");

        await WatchAsync(server, walk, "final");
        await walk.CallAsync(admin, "DELETE /events/{videoID}/participants/{userID}", 204, null, "final", id);
        await walk.CallAsync(admin, "DELETE /events/{videoID}", 204, null, "final");
        await walk.CallAsync(reader, "POST /auth/logout", 204);
        await walk.CallAsync(anonymous, "POST /cluster/leave", 200);
    }

    /// <summary>Everything the log holds, as the stream gives it.</summary>
    private static async Task WatchAsync(TestServer server, Walk walk, string videoId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/live/{videoId}/comments/stream?after=start");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using var response = await server.Anonymous.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        HashSet<string> seen = [];
        while (!seen.IsSupersetOf(["hello", "comment", "removed", "pinned", "settings", "status", "card"]))
        {
            var line = await lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
            if (line?.StartsWith("data: ", StringComparison.Ordinal) != true)
                continue;
            var message = JsonNode.Parse(line[6..])!;
            walk.Check(message, "ServerMessage", line);
            seen.Add(message["type"]!.GetValue<string>());
            seen.UnionWith((message["entries"]?.AsArray() ?? []).Select(entry => entry!["type"]!.GetValue<string>()));
        }
    }

    private sealed class Walk(JsonNode document)
    {
        private readonly SchemaCheck _schemas = new(document);

        public void Check(JsonNode value, string schema, string what) => Check(value, document["components"]!["schemas"]![schema]!, what);

        /// <summary>Makes one call and holds its answer against what the document says of this call and status.</summary>
        public async Task<JsonNode> CallAsync(HttpClient client, string call, int status, string? body = null, params string[] pathValues)
        {
            var (method, path) = (call.Split(' ')[0], call.Split(' ')[1]);
            var values = new Queue<string>(pathValues);
            using var request = new HttpRequestMessage(new HttpMethod(method), string.Join('/', path.Split('/').Select(part => part.StartsWith('{') ? values.Dequeue() : part)));
            if (body is not null)
                request.Content = JsonContent.Create(JsonNode.Parse(body));
            var response = await client.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(status == (int)response.StatusCode, $"{call} answered {(int)response.StatusCode} {text}");

            var documented = document["paths"]![path.Split('?')[0]]![method.ToLowerInvariant()]!["responses"]![$"{status}"];
            Assert.True(documented is not null, $"{call} says nothing about {status}: {text}");
            if (documented["content"] is not { } content)
            {
                Assert.Equal("", text);
                return new JsonObject();
            }
            var schema = content[response.Content.Headers.ContentType!.MediaType!];
            Assert.True(schema is not null, $"{call} does not say that it answers {response.Content.Headers.ContentType}.");
            var value = JsonNode.Parse(text)!;
            Check(value, schema["schema"]!, $"{call}: {text}");
            return value;
        }

        private void Check(JsonNode value, JsonNode schema, string what)
        {
            var fault = _schemas.Fault(value, schema);
            Assert.True(fault is null, $"{fault} in {what}");
        }
    }
}
