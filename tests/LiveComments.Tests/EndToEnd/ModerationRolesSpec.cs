using System.Net;
using LiveComments.Accounts;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Who may make which call of moderation: every route by every role over every transport, on a public and on a private event, on every node.</summary>
public abstract class ModerationRolesSpec
{
    /// <summary>Routes of moderators, with bodies that are valid and about nothing or change nothing.</summary>
    private static readonly (string Method, string Path, string? Body)[] OfModerators =
    [
        ("GET", "moderation/queue", null), ("GET", "moderation/queue?state=reported", null), ("GET", "moderation/queue?state=delayed", null), ("GET", "moderation/audit", null),
        ("POST", "moderation/decisions", $$"""{"action":"approve","commentIDs":["{{Guid.NewGuid()}}"]}"""), ("POST", "moderation/decisions", $$"""{"action":"ban","userIDs":["{{Guid.NewGuid()}}"]}"""),
        ("POST", "moderation/decisions", $$"""{"action":"shadow-ban","userIDs":["{{Guid.NewGuid()}}"]}"""), ("POST", "moderation/decisions", $$"""{"action":"purge","userIDs":["{{Guid.NewGuid()}}"]}"""),
        ("POST", "moderation/undo", $$"""{"decisionID":"{{Guid.NewGuid()}}"}"""),
        ("GET", "moderation/rules", null), ("PUT", "moderation/rules", "{}"), ("POST", "moderation/rules/dry-run", "{}"),
        ("PATCH", "moderation/modes", "{}"), ("PUT", "moderation/shield", """{"on":false}"""),
        ("PUT", "moderation/looking", """{"commentID":null}"""), ("GET", "moderation/users/{user}", null),
        ("DELETE", "moderation/pinned", null), ("DELETE", "moderation/stage", null),
    ];

    /// <summary>All nodes; the first is the one on which things are set up.</summary>
    private protected abstract IReadOnlyList<TestServer> Nodes { get; }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Only_moderators_of_the_event_and_administrators_are_let_in(bool isPrivate)
    {
        var first = Nodes[0];
        var live = await first.GoLiveAsync(isPrivate ? """{"visibility":"private"}""" : "{}");
        Assert.True(EventId.TryParse(live, out var id));
        var (appointed, admitted) = (new UserId(Guid.NewGuid()), new UserId(Guid.NewGuid()));
        using (var administrator = first.As(Role.Administrator))
        {
            await administrator.CallAsync("PUT", $"/events/{live}/participants/{appointed}", """{"role":"moderator"}""");
            await administrator.CallAsync("PUT", $"/events/{live}/participants/{admitted}", """{"role":"viewer"}""");
            // Somebody whom the card can show.
            await administrator.CommentAsync(live, "hello");
        }
        var known = (await first.As(Role.Administrator).CommentsAsync(live))[0].Text("userID")!;
        foreach (var node in Nodes)
        {
            (string Who, string? Token, HttpStatusCode? Refused)[] people =
            [
                ("a stranger", null, HttpStatusCode.Unauthorized),
                ("a viewer", node.Token(), isPrivate ? HttpStatusCode.NotFound : HttpStatusCode.Forbidden),
                ("a viewer who was admitted", node.Token(user: admitted), HttpStatusCode.Forbidden),
                ("a moderator of another event", node.Token(Role.Moderator, moderatorOf: new EventId(Guid.NewGuid())), isPrivate ? HttpStatusCode.NotFound : HttpStatusCode.Forbidden),
                ("the moderator who was appointed", node.Token(user: appointed), null),
                ("a moderator of this event by token", node.Token(Role.Moderator, moderatorOf: id), null),
                ("a moderator of all events", node.Token(Role.Moderator), null),
                ("an administrator", node.Token(Role.Administrator), null),
            ];
            // Other nodes hear of an appointment within a second.
            using (var moderator = node.Client(node.Token(user: appointed)))
                await Http.EventuallyAsync(async () => (await moderator.GetAsync($"/live/{live}/moderation/queue")).IsSuccessStatusCode, "the appointment is known");
            foreach (var (who, token, refused) in people)
            {
                using var client = node.Client(token);
                foreach (var (method, path, body) in OfModerators)
                {
                    using var answer = await client.SendAsync(method, $"/live/{live}/{path.Replace("{user}", known, StringComparison.Ordinal)}", body);
                    Assert.True(refused is { } code ? answer.StatusCode == code : answer.IsSuccessStatusCode, $"{who}, {method} {path}: {(int)answer.StatusCode} instead of {(int?)refused ?? 200}");
                }
                foreach (var isSocket in (bool[])[false, true])
                    Assert.True(refused == await WatchAsync(node, live, token, isSocket), $"{who} watches by {(isSocket ? "WebSocket" : "SSE")}");
            }
        }
    }

    /// <summary>How the stream of moderators is refused; null when it begins.</summary>
    private static async Task<HttpStatusCode?> WatchAsync(TestServer node, string live, string? token, bool isSocket)
    {
        try
        {
            await using var stream = await StreamClient.OfModeratorsAsync(node, live, token, isSocket);
            await stream.NextAsync("queue");
            return null;
        }
        catch (StreamClient.RefusedException e)
        {
            return e.Status;
        }
    }
}
