using LiveComments.Accounts;

namespace LiveComments.Tests.EndToEnd;

/// <inheritdoc/>
public sealed class ModerationRolesTests(SharedServer shared) : ModerationRolesSpec, IClassFixture<SharedServer>
{
    private protected override IReadOnlyList<TestServer> Nodes => [shared.Server];

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
