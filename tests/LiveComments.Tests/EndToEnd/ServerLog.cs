using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>The server's own log, for tests that look at it or fill it faster than clients could.</summary>
internal static class ServerLog
{
    /// <summary>The first 1,000 entries of an event's log.</summary>
    public static async Task<IReadOnlyList<Entry>> EntriesAsync(this TestServer server, string eventId) =>
        (await server.Services.GetRequiredService<IEventLog>().ReadAsync(Id(eventId), 0, 1_000, default))!.Entries;

    /// <summary>Has the event live in its log, if it is not, and places comments by one author, in one batch.</summary>
    public static async Task<IReadOnlyList<Comment>> PlaceCommentsAsync(this TestServer server, string eventId, UserId author, params string[] texts)
    {
        var by = new Author(author, "writer", "Writer", null, Role.Viewer);
        return await server.PlaceAsync(eventId, [.. texts.Select(text => new CommentDraft(new CommentId(Guid.CreateVersion7()), by, text, null, [], null, null))]);
    }

    public static async Task<IReadOnlyList<Comment>> PlaceAsync(this TestServer server, string eventId, IReadOnlyList<CommentDraft> drafts)
    {
        var engine = server.Services.GetRequiredService<IEngine>();
        var log = server.Services.GetRequiredService<IEventLog>();
        var id = Id(eventId);
        if ((await log.HeadsAsync([id], default))[id].Status != EventStatus.Live)
            Assert.IsType<AppendResult.Appended>(await engine.PlaceAsync(id, new StatusDraft(EventStatus.Live), default));
        var results = await Task.WhenAll(drafts.Select(draft => engine.PlaceAsync(id, draft, default).AsTask()));
        return [.. results.Select(result => Assert.IsType<CommentEntry>(Assert.IsType<AppendResult.Appended>(result).Entry).Comment)];
    }

    public static async Task LogIsGoneAsync(this TestServer server, string eventId) =>
        await Http.EventuallyAsync(async () => await server.Services.GetRequiredService<IEventLog>().ReadAsync(Id(eventId), 0, 1, default) is null, "the log is gone");

    private static EventId Id(string text)
    {
        Assert.True(EventId.TryParse(text, out var id));
        return id;
    }
}
