using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LiveComments.Load.Measure;
using LiveComments.Load.Net;

namespace LiveComments.Load.Target;

/// <summary>A server with a live event and users who may write.</summary>
internal sealed class LoadTarget : IAsyncDisposable
{
    private ServerProcess? _server;
    private int _pid;

    private LoadTarget()
    {
    }

    public required Endpoint Endpoint { get; init; }

    public required IReadOnlyList<string> Tokens { get; init; }

    /// <summary><c>/live/{videoID}/comments</c> of the live event.</summary>
    public required string LivePath { get; init; }

    /// <summary>True when CPU time and memory of the server can be read.</summary>
    public bool IsMeasured => _pid > 0;

    public ProcessSample Sample() => IsMeasured ? ProcessSample.Of(_pid) : default;

    public static LoadTarget Existing(Uri url, IReadOnlyList<string> tokens, string videoId, int pid, int users)
    {
        if (tokens.Count < users)
            throw new LoadException($"This run needs {users} tokens, there are {tokens.Count}.");
        return new LoadTarget { Endpoint = Endpoint.Of(url), Tokens = tokens, LivePath = $"/live/{videoId}/comments", _pid = pid };
    }

    public static async Task<LoadTarget> StartAsync(string program, IReadOnlyList<string> configuration, int users, CancellationToken ct)
    {
        var server = new ServerProcess(program, configuration);
        try
        {
            await server.StartAsync(ct);
            var administrator = await server.TokensAsync("administrator", 1, ct);
            var tokens = await server.TokensAsync("viewer", users, ct);
            var videoId = await CreateEventAsync(server.Url, administrator[0], ct);
            return new LoadTarget { Endpoint = Endpoint.Of(server.Url), Tokens = tokens, LivePath = $"/live/{videoId}/comments", _pid = server.Id, _server = server };
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="LoadException">The server that this program started has ended by itself.</exception>
    public void ThrowIfEnded() => _server?.ThrowIfEnded();

    /// <summary>Stops the server and says how many bytes its database is at rest; null for a server that is not ours.</summary>
    public async Task<long?> StopAsync()
    {
        if (_server is null)
            return null;
        _pid = 0;
        await _server.StopAsync();
        return _server.DatabaseSize;
    }

    /// <summary>Starts it again on the same data and port after <see cref="StopAsync"/>.</summary>
    public async Task StartAgainAsync(CancellationToken ct)
    {
        if (_server is null)
            return;
        await _server.StartAsync(ct);
        _pid = _server.Id;
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<string> CreateEventAsync(Uri url, string token, CancellationToken ct)
    {
        using var client = new HttpClient { BaseAddress = url };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var created = await client.PostAsJsonAsync("/events", new { title = "Load", eventType = "test", startTime = DateTimeOffset.UtcNow }, ct);
        var answer = await Expect(created, ct);
        var id = answer.GetProperty("eventID").GetString()!;
        using var started = await client.PostAsync($"/events/{id}/start", null, ct);
        await Expect(started, ct);
        return id;
    }

    private static async Task<JsonElement> Expect(HttpResponseMessage answer, CancellationToken ct)
    {
        var text = await answer.Content.ReadAsStringAsync(ct);
        if (!answer.IsSuccessStatusCode)
            throw new LoadException($"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri!.PathAndQuery} was answered {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }
}
