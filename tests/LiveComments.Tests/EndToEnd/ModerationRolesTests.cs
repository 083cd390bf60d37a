using System.Net;
using LiveComments.Accounts;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Who may make which call of moderation: every route by every role, on a public and on a private event.</summary>
public sealed class ModerationRolesTests(SharedServer shared) : IClassFixture<SharedServer>
{
    /// <summary>Routes of moderators, with bodies that are valid and about nothing.</summary>
    private static readonly (string Method, string Path, string? Body)[] OfModerators =
    [
        ("GET", "moderation/queue", null), ("GET", "moderation/queue?state=reported", null), ("GET", "moderation/audit", null),
        ("POST", "moderation/decisions", $$"""{"action":"approve","commentIDs":["{{Guid.NewGuid()}}"]}"""), ("POST", "moderation/decisions", $$"""{"action":"ban","userIDs":["{{Guid.NewGuid()}}"]}"""),
        ("POST", "moderation/undo", $$"""{"decisionID":"{{Guid.NewGuid()}}"}"""),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Only_moderators_of_the_event_and_administrators_are_let_in(bool isPrivate)
    {
        var server = shared.Server;
        var live = await server.GoLiveAsync(isPrivate ? """{"visibility":"private"}""" : "{}");
        Assert.True(EventId.TryParse(live, out var id));
        var (appointed, admitted) = (new UserId(Guid.NewGuid()), new UserId(Guid.NewGuid()));
        using (var administrator = server.As(Role.Administrator))
        {
            await administrator.CallAsync("PUT", $"/events/{live}/participants/{appointed}", """{"role":"moderator"}""");
            await administrator.CallAsync("PUT", $"/events/{live}/participants/{admitted}", """{"role":"viewer"}""");
        }
        (string Who, HttpClient Client, HttpStatusCode Expected)[] people =
        [
            ("a stranger", server.Anonymous, HttpStatusCode.Unauthorized),
            ("a viewer", server.As(Role.Viewer), isPrivate ? HttpStatusCode.NotFound : HttpStatusCode.Forbidden),
            ("a viewer who was admitted", server.As(Role.Viewer, admitted), HttpStatusCode.Forbidden),
            ("a moderator of another event", server.As(Role.Moderator, moderatorOf: new EventId(Guid.NewGuid())), isPrivate ? HttpStatusCode.NotFound : HttpStatusCode.Forbidden),
            ("the moderator who was appointed", server.As(Role.Viewer, appointed), HttpStatusCode.OK),
            ("a moderator of this event by token", server.As(Role.Moderator, moderatorOf: id), HttpStatusCode.OK),
            ("a moderator of all events", server.As(Role.Moderator), HttpStatusCode.OK),
            ("an administrator", server.As(Role.Administrator), HttpStatusCode.OK),
        ];
        foreach (var (who, client, expected) in people)
            foreach (var (method, path, body) in OfModerators)
            {
                using var answer = await client.SendAsync(method, $"/live/{live}/{path}", body);
                Assert.True(answer.StatusCode == expected, $"{who}, {method} {path}: {(int)answer.StatusCode} instead of {(int)expected}");
            }
    }

    [Fact]
    public async Task Reports_and_notices_are_for_everybody_who_is_signed_in_and_may_read()
    {
        var server = shared.Server;
        foreach (var isPrivate in (bool[])[false, true])
        {
            var live = await server.GoLiveAsync(isPrivate ? """{"visibility":"private"}""" : "{}");
            using var administrator = server.As(Role.Administrator);
            var report = $"/live/{live}/comments/{(await administrator.CommentAsync(live, "x")).Text("commentID")}/reports";
            await server.Anonymous.RefusedAsync(Error.Unauthenticated, "POST", report, """{"reason":"x"}""");
            await administrator.CallAsync("POST", report, """{"reason":"x"}""");
            if (isPrivate)
                await server.As(Role.Viewer).RefusedAsync(Error.EventNotFound, "POST", report, """{"reason":"x"}""");
            else
                await server.As(Role.Viewer).CallAsync("POST", report, """{"reason":"x"}""");
        }
        await server.Anonymous.RefusedAsync(Error.Unauthenticated, "GET", "/me/notices");
        Assert.Empty((await server.As(Role.Viewer).CallAsync("GET", "/me/notices")).EnumerateArray());
    }
}
