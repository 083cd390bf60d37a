using System.Text.Json;

namespace LiveComments.Tests.Server;

/// <summary>Asserts on answers that refuse.</summary>
internal static class ProblemAssert
{
    /// <summary>The answer is the error: its status, its code, its form, and a time to wait where the status promises one.</summary>
    public static async Task IsAsync(Error error, HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(error.Status == (int)response.StatusCode, $"{(int)response.StatusCode} instead of {error.Status}: {body}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(body).RootElement;
        Assert.Equal(error.Code, problem.GetProperty("code").GetString());
        Assert.Equal(error.Title, problem.GetProperty("title").GetString());
        Assert.Equal(error.Status, problem.GetProperty("status").GetInt32());
        Assert.Equal(error.Status is 429 or 503, response.Headers.RetryAfter is not null);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
    }
}
