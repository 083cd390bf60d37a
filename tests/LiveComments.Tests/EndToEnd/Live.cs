using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiveComments.Accounts;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Short forms for what most tests begin with.</summary>
internal static class Live
{
    /// <summary>Creates an event and has it go live; its id. Its log holds two entries.</summary>
    public static async Task<string> GoLiveAsync(this TestServer server, string settings = "{}")
    {
        using var administrator = server.As(Role.Administrator);
        return await administrator.GoLiveAsync($$"""{"title":"A","eventType":"news","startTime":"2026-01-31T20:00:00Z","settings":{{settings}}}""");
    }

    /// <summary>Creates an event as administrator and has it go live; its id.</summary>
    /// <param name="videoId">The <c>videoID</c> in the body, if there is one.</param>
    public static async Task<string> GoLiveAsync(this HttpClient administrator, string body, string? videoId = null)
    {
        using var answer = await Http.UntilTakenAsync(() => administrator.SendAsync("POST", "/events", body));
        // The outcome of an earlier try may have been unknown: it created the event.
        var created = answer.StatusCode == HttpStatusCode.Conflict && videoId is not null
            ? await administrator.PrepareAsync("GET", $"/events/{videoId}")
            : await answer.JsonAsync(HttpStatusCode.Created);
        await administrator.PrepareAsync("POST", $"/events/{created.Text("eventID")}/start");
        return created.Text("eventID")!;
    }

    public static async Task<HttpResponseMessage> SendCommentAsync(this HttpClient client, string live, string text, string? key = null, string? replyTo = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/live/{live}/comments") { Content = JsonContent.Create(new { commentText = text, replyToCommentID = replyTo }) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request);
    }

    /// <summary>Writes a comment that must be taken; what is answered. While that is 503, it is sent again with its key, as clients do.</summary>
    /// <param name="key">One of its own when null.</param>
    public static async Task<JsonElement> CommentAsync(this HttpClient client, string live, string text, string? key = null, string? replyTo = null)
    {
        key ??= Guid.CreateVersion7().ToString("N");
        using var answer = await Http.UntilTakenAsync(() => client.SendCommentAsync(live, text, key, replyTo));
        return await answer.JsonAsync(HttpStatusCode.Created);
    }

    public static async Task<List<JsonElement>> CommentsAsync(this HttpClient client, string live, string query = "?after=start&limit=500") =>
        [.. (await client.CallAsync("GET", $"/live/{live}/comments{query}")).EnumerateArray()];

    public static long Seq(this JsonElement json, string member) => long.Parse(json.Text(member)!.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>One server for all tests of a class.</summary>
public class SharedServer : IAsyncLifetime
{
    internal TestServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await TestServer.StartAsync(null, await StoreAsync());

    public async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>The settings of the store that the tests run on.</summary>
    protected virtual Task<string[]> StoreAsync() => Task.FromResult<string[]>([]);
}
