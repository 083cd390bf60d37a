using System.Net.Http.Headers;
using System.Text.Json;
using LiveComments.Server.Startup;

namespace LiveComments.Server.Commands;

/// <summary>Calls <c>/cluster</c> of one node.</summary>
internal sealed class ClusterClient : IDisposable
{
    /// <summary>The environment variable with an administrator's token: on the command line everybody on the machine could read it.</summary>
    public const string TokenVariable = "LIVECOMMENTS_TOKEN";

    private readonly HttpClient _http;
    private readonly Uri _url;

    /// <param name="url">The node's address, with its path base.</param>
    /// <exception cref="CommandException">It is not an address of that form.</exception>
    public ClusterClient(string url)
    {
        if (!Uri.TryCreate(url.TrimEnd('/') + "/cluster/", UriKind.Absolute, out var parsed) || parsed is not { Scheme: "http" or "https", Host: not "unix" })
            throw new CommandException($"--url: '{url}' is not of the form http://host:port.");
        _url = parsed;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(10) };
        if (Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Makes a call; the answer, which must be a success.</summary>
    /// <exception cref="IOException">The node does not answer, or failed.</exception>
    /// <exception cref="CommandException">It refuses the call.</exception>
    public async Task<JsonElement> CallAsync(HttpMethod method, string path, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(_url, path));
            using var answer = await _http.SendAsync(request, ct);
            var text = await answer.Content.ReadAsStringAsync(ct);
            if (answer.IsSuccessStatusCode)
                return JsonElement.Parse(text);
            var message = $"{_url.GetLeftPart(UriPartial.Authority)} answered {(int)answer.StatusCode}: {Reason(text)}";
            throw (int)answer.StatusCode >= 500 ? new IOException(message) : new CommandException(message);
        }
        catch (HttpRequestException e)
        {
            throw new IOException($"{_url.GetLeftPart(UriPartial.Authority)} cannot be reached: {e.Message.TrimEnd('.')}. Start the server, or name a node with --url.", e);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new IOException($"{_url.GetLeftPart(UriPartial.Authority)} did not answer in {_http.Timeout.TotalSeconds} s.", e);
        }
        catch (JsonException e)
        {
            throw new CommandException($"What answers at {_url.GetLeftPart(UriPartial.Authority)} is no LiveComments server of this version: {e.Message}");
        }
    }

    /// <summary>What a problem says.</summary>
    private static string Reason(string text)
    {
        try
        {
            var problem = JsonElement.Parse(text);
            var title = problem.GetProperty("title").GetString()!;
            return problem.TryGetProperty("detail", out var detail) ? $"{title} {detail.GetString()}" : title;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return "it is no LiveComments server of this version, or a proxy that does not pass this on; name a node itself with --url.";
        }
    }
}
