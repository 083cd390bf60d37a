using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Short forms for calls and what they answer.</summary>
internal static class Http
{
    public static async Task<HttpResponseMessage> SendAsync(this HttpClient client, string method, string path, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, type);
        return await client.SendAsync(request);
    }

    /// <summary>The JSON of an answer that must have a status.</summary>
    public static async Task<JsonElement> CallAsync(this HttpClient client, string method, string path, string? body = null, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await client.SendAsync(method, path, body);
        return await answer.JsonAsync(expected);
    }

    /// <summary>
    /// The JSON of an answer to a call that prepares a test. A server that a busy machine makes slow answers 503, and then it is called again as clients do, for half a minute.
    /// The call must be one that may be repeated.
    /// </summary>
    public static async Task<JsonElement> PrepareAsync(this HttpClient client, string method, string path, string? body = null, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await UntilTakenAsync(() => client.SendAsync(method, path, body));
        return await answer.JsonAsync(expected);
    }

    /// <summary>Makes a call again while it is answered 503, for half a minute; the last answer.</summary>
    public static async Task<HttpResponseMessage> UntilTakenAsync(Func<Task<HttpResponseMessage>> call)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            var answer = await call();
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || waited.Elapsed > TimeSpan.FromSeconds(30))
                return answer;
            answer.Dispose();
        }
    }

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage answer, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode} instead of {(int)expected}: {text}");
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Fails unless a call is refused with an error of the table; its detail.</summary>
    public static async Task<string?> RefusedAsync(this HttpClient client, Error error, string method, string path, string? body = null, string type = "application/json")
    {
        using var answer = await client.SendAsync(method, path, body, type);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == error.Status, $"{(int)answer.StatusCode} instead of {error.Status}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(error.Code, problem.Text("code"));
        return problem.TryGetProperty("detail", out var detail) ? detail.GetString() : null;
    }

    public static string? Text(this JsonElement json, string member) => json.GetProperty(member).GetString();

    public static long Number(this JsonElement json, string member) => json.GetProperty(member).GetInt64();

    /// <summary>The address that a <c>Link</c> header gives for a relation; null when there is none.</summary>
    public static string? Link(this HttpResponseMessage answer, string relation) =>
        answer.Headers.TryGetValues("Link", out var links)
            ? links.SelectMany(link => link.Split(", ")).Where(link => link.EndsWith($"; rel=\"{relation}\"", StringComparison.Ordinal)).Select(link => link[1..link.IndexOf('>')]).SingleOrDefault()
            : null;

    /// <summary>Asks again until the answer is right; fails after half a minute.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> right, string what)
    {
        for (var i = 0; i < 600; i++)
        {
            if (await right())
                return;
            await Task.Delay(50);
        }
        Assert.Fail($"It did not come about in time that {what}.");
    }
}
