using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Calls of <c>/auth</c> and <c>/me</c>.</summary>
internal static class AccountClient
{
    public const string Password = "correct horse battery";

    public static Task<HttpResponseMessage> CallAsync(this TestServer server, HttpMethod method, string path, object? body = null, string? token = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return server.Anonymous.SendAsync(request);
    }

    public static Task<HttpResponseMessage> PostAsync(this TestServer server, string path, object? body = null, string? token = null, params (string Name, string Value)[] headers) =>
        server.CallAsync(HttpMethod.Post, path, body, token, headers);

    /// <summary>Registers somebody; what the call answers.</summary>
    public static async Task<JsonElement> RegisterAsync(this TestServer server, string username) =>
        await (await server.PostAsync("/auth/register", new { username, email = $"{username}@example.org", password = Password })).JsonAsync(HttpStatusCode.Created);

    public static Task<HttpResponseMessage> LogInAsync(this TestServer server, string username, string password = Password, string? code = null) =>
        server.PostAsync("/auth/login", new { username, password, code });

    public static Task<HttpResponseMessage> RefreshAsync(this TestServer server, string? refreshToken) => server.PostAsync("/auth/refresh", new { refreshToken });

    /// <summary>A log-in from an address that the proxy in front of the server, 127.0.0.1, names.</summary>
    /// <param name="cookie">What the browser has from before: <c>name=value</c>.</param>
    public static Task<HttpResponseMessage> LogInFromAsync(this TestServer server, string address, string username, string password = Password, string? cookie = null) =>
        server.PostAsync("/auth/login", new { username, password }, null, [("X-Forwarded-For", address), .. cookie is null ? Array.Empty<(string, string)>() : [("Cookie", cookie)]]);

    /// <summary>The cookie of a name that an answer sets, as a browser sends it back.</summary>
    public static string Cookie(this HttpResponseMessage answer, string name) =>
        answer.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith(name + "=", StringComparison.Ordinal)).Split(';')[0];

    /// <summary>The bytes of an authenticator's secret as people type it.</summary>
    public static byte[] FromBase32(string text)
    {
        var bits = string.Concat(text.Select(letter => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}
