using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Log;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Browser;

/// <summary>An event of twenty minutes that is over, or as old and still live.</summary>
internal static class Recording
{
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(20);

    /// <summary>A server with such an event, called <c>show</c>.</summary>
    public static async Task<TestServer> StartAsync(string? video = null, bool ended = true)
    {
        var past = new FakeTime(DateTimeOffset.UtcNow.AddHours(-1));
        TimeProvider time = past;
        var server = await TestServer.StartAsync(builder => builder.Services.AddSingleton(time));
        var eventId = await server.LiveEventAsync("show", JsonSerializer.Serialize(new { videoUrl = video }));
        var start = past.GetUtcNow();
        void GoTo(TimeSpan place) => past.Advance(start + place - past.GetUtcNow());

        await PlaceAsync("Opening words");
        GoTo(TimeSpan.FromSeconds(5));
        var removed = await PlaceAsync("Said too much");
        GoTo(TimeSpan.FromSeconds(10));
        await PlaceAsync("Ten seconds in");
        GoTo(TimeSpan.FromSeconds(20));
        await PlaceAsync("Twenty seconds in");
        GoTo(TimeSpan.FromMinutes(10));
        var closing = await PlaceAsync("Closing words");
        foreach (var minute in new[] { 11, 12 })
        {
            GoTo(TimeSpan.FromMinutes(minute));
            using var viewer = server.As(Role.Viewer);
            await viewer.CallAsync("POST", $"/live/show/comments/{closing.Id}/reactions", """{"reactionType":"love"}""");
        }
        GoTo(TimeSpan.FromMinutes(15));
        await PlaceAsync("Last answer", closing.Id);
        GoTo(Length);
        using var administrator = server.As(Role.Administrator);
        if (ended)
            await administrator.CallAsync("POST", "/events/show/end");
        await administrator.CallAsync("DELETE", $"/live/show/comments/{removed.Id}");
        // On a clock that stands still no stream would ever be closed.
        time = TimeProvider.System;
        await server.RestartAsync();
        return server;

        async Task<Comment> PlaceAsync(string text, CommentId? replyTo = null) => (await server.PlaceAsync(eventId,
            [new CommentDraft(CommentId.New(past), new Author(new UserId(Guid.NewGuid()), "writer", "Writer", null, Role.Viewer), text, replyTo, [], null, null)])).Single();
    }
}
