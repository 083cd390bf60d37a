using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace LiveComments.Tests.EndToEnd.Crash;

/// <summary>Clients that call over HTTP, one call after another, each until it is answered for good: the same call with the same key again after every death.</summary>
/// <param name="stop">No new call is begun after this; the one under way is still brought to its answer.</param>
internal sealed class HttpClients(CrashLedger ledger, ICrashTarget server, string eventId, CancellationToken stop)
{
    /// <summary>How long a client thinks before its next call. Without it clients take all that the processors have, and prove no more.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly string _comments = $"/live/{eventId}/comments";

    public async Task PostAsync(string name, string token)
    {
        using var client = server.Client(token);
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            await PostOneAsync(client, name, i);
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    /// <summary>Posts one comment more, behind everything else.</summary>
    public async Task PostLastAsync(string token)
    {
        using var client = server.Client(token);
        await PostOneAsync(client, "last", 0);
    }

    /// <summary>Posts comments and removes each.</summary>
    public async Task RemoveAsync(string name, string token)
    {
        using var client = server.Client(token);
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            if (await PostOneAsync(client, name, i) is not { } id)
                continue;
            if (await UntilAnsweredAsync(client, () => new HttpRequestMessage(HttpMethod.Delete, $"{_comments}/{id}"), HttpStatusCode.OK) is not null)
                ledger.AckedRemoval(id);
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    /// <summary>Reacts to comments of another client, and changes its mind.</summary>
    public async Task ReactAsync(string author, string token)
    {
        using var client = server.Client(token);
        string[] types = ["like", "love", "haha", "wow", "sad", "angry"];
        var random = new Random(7);
        while (!stop.IsCancellationRequested)
        {
            if (ledger.Any(random, author) is not { } comment)
            {
                await Task.Delay(20, CancellationToken.None);
                continue;
            }
            var type = types[random.Next(types.Length)];
            var answer = await UntilAnsweredAsync(client,
                () => new HttpRequestMessage(HttpMethod.Post, $"{_comments}/{comment.Id}/reactions") { Content = JsonContent.Create(new { reactionType = type }) }, HttpStatusCode.OK);
            if (answer is not null)
                ledger.AckedReaction(comment.Id, type switch { "angry" => "angries", _ => type + "s" });
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    /// <summary>Gives a setting that changes nothing for the others one value after another.</summary>
    public async Task ChangeSettingsAsync(string token)
    {
        using var client = server.Client(token);
        var value = 1;
        for (; !stop.IsCancellationRequested && value < 1_440; value++)
        {
            if (await ChangeAsync())
                ledger.AckedSetting(value);
            await Task.Delay(50, CancellationToken.None);
        }
        // What the log could not take is told with the next change, or when the same is asked for again.
        value--;
        await ChangeAsync();

        async Task<bool> ChangeAsync() => await UntilAnsweredAsync(client,
            () => new HttpRequestMessage(HttpMethod.Patch, $"/events/{eventId}") { Content = JsonContent.Create(new { settings = new { openBeforeStartMinutes = value } }) }, HttpStatusCode.OK) is not null;
    }

    /// <summary>Everything REST shows, page by page.</summary>
    public async Task<List<StoredComment>> ReadAllAsync(string token)
    {
        using var client = server.Client(token);
        var all = new List<StoredComment>();
        for (var after = "start"; ;)
        {
            using var answer = await ReadAsync(client, $"{_comments}?after={after}&limit=500");
            answer.EnsureSuccessStatusCode();
            var page = await answer.Content.ReadFromJsonAsync<JsonElement>(CancellationToken.None);
            foreach (var comment in page.EnumerateArray())
                all.Add(new StoredComment(comment.GetProperty("commentID").GetGuid(), Seq(comment.GetProperty("position").GetString()!), comment.GetProperty("commentText").GetString()!,
                    comment.GetProperty("reactions").EnumerateObject().Where(count => count.Value.GetInt32() != 0).ToDictionary(count => count.Name, count => count.Value.GetInt32())));
            var position = answer.Headers.GetValues("LiveComments-Position").Single();
            if (position == after)
                return all;
            after = position;
        }
    }

    /// <summary>A node of a cluster may still be on its way back.</summary>
    private static async Task<HttpResponseMessage> ReadAsync(HttpClient client, string path)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(100))
            try
            {
                return await client.GetAsync(path, CancellationToken.None);
            }
            catch (HttpRequestException) when (waited.Elapsed < TimeSpan.FromSeconds(60))
            {
            }
    }

    public static long Seq(string position) => long.Parse(position[(position.IndexOf(':', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);

    private async Task<Guid?> PostOneAsync(HttpClient client, string name, int number)
    {
        var text = $"{name} writes {number}";
        var answer = await UntilAnsweredAsync(client, () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, _comments) { Content = JsonContent.Create(new { commentText = text }) };
            request.Headers.Add("Idempotency-Key", $"{name}-{number}");
            return request;
        }, HttpStatusCode.Created);
        if (answer is not { } comment)
            return null;
        var id = comment.GetProperty("commentID").GetGuid();
        ledger.Acked(new AckedComment(text, id, Seq(comment.GetProperty("position").GetString()!), name, Ordered: true));
        return id;
    }

    /// <returns>Null when the answer was neither the expected nor one to try again after.</returns>
    private async Task<JsonElement?> UntilAnsweredAsync(HttpClient client, Func<HttpRequestMessage> make, HttpStatusCode expected)
    {
        while (true)
        {
            try
            {
                using var request = make();
                using var answer = await client.SendAsync(request, CancellationToken.None);
                if (answer.StatusCode == expected)
                    return await answer.Content.ReadFromJsonAsync<JsonElement>(CancellationToken.None);
                if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                {
                    ledger.Surprise($"{request.Method} {request.RequestUri} was answered {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(CancellationToken.None)}");
                    return null;
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or JsonException)
            {
            }
            await Task.Delay(30, CancellationToken.None);
        }
    }
}
