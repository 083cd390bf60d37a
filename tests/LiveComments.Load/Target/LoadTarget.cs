using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LiveComments.Load.Measure;
using LiveComments.Load.Net;

namespace LiveComments.Load.Target;

/// <summary>A server with live events and users who may write.</summary>
internal sealed class LoadTarget : IAsyncDisposable
{
    private ServerProcess? _server;
    private int _pid;

    private LoadTarget()
    {
    }

    public required Endpoint Endpoint { get; init; }

    public required IReadOnlyList<string> Tokens { get; init; }

    /// <summary><c>/live/{videoID}/comments</c> of each live event.</summary>
    public required IReadOnlyList<string> Rooms { get; init; }

    /// <summary>Of the first event.</summary>
    public string LivePath => Rooms[0];

    /// <summary>True when CPU time and memory of the server can be read.</summary>
    public bool IsMeasured => _pid > 0;

    public ProcessSample Sample() => IsMeasured ? ProcessSample.Of(_pid) : default;

    /// <summary>A client for single requests.</summary>
    public HttpClient Client() => _server?.Client() ?? new HttpClient { BaseAddress = Endpoint.Url };

    /// <summary>What the server counts itself, by name and labels as <c>/metrics</c> has them; empty where it does not let us read them.</summary>
    public async Task<IReadOnlyDictionary<string, double>> MetricsAsync(CancellationToken ct)
    {
        using var client = Client();
        using var answer = await client.GetAsync("/metrics", ct);
        return answer.IsSuccessStatusCode ? ServerMetrics.Read(await answer.Content.ReadAsStringAsync(ct)) : new Dictionary<string, double>();
    }

    public static LoadTarget Existing(Uri url, IReadOnlyList<string> tokens, IReadOnlyList<string> videoIds, int pid, Needs needs)
    {
        if (tokens.Count < needs.Users)
            throw new LoadException($"This run needs {needs.Users} tokens, there are {tokens.Count}.");
        if (videoIds.Count < needs.Rooms)
            throw new LoadException($"This run needs {needs.Rooms} live events, there are {videoIds.Count}.");
        return new LoadTarget { Endpoint = Endpoint.Of(url), Tokens = tokens, Rooms = [.. videoIds.Select(Room)], _pid = pid };
    }

    /// <param name="tls">True to speak TLS 1.3 with it.</param>
    public static async Task<LoadTarget> StartAsync(string program, IReadOnlyList<string> configuration, bool tls, Needs needs, CancellationToken ct)
    {
        var server = new ServerProcess(program, [.. needs.Settings ?? [], .. configuration], tls);
        try
        {
            await server.StartAsync(ct);
            var administrator = await server.TokensAsync("administrator", 1, ct);
            var tokens = needs.Users > 0 ? await server.TokensAsync("viewer", needs.Users, ct) : [];
            var rooms = new string[needs.Rooms];
            for (var i = 0; i < rooms.Length; i++)
                rooms[i] = Room(await CreateEventAsync(server, administrator[0], ct));
            return new LoadTarget { Endpoint = Endpoint.Of(server.Url, server.Tls), Tokens = tokens, Rooms = rooms, _pid = server.Id, _server = server };
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

    private static string Room(string videoId) => $"/live/{videoId}/comments";

    private static async Task<string> CreateEventAsync(ServerProcess server, string token, CancellationToken ct)
    {
        using var client = server.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var created = await client.PostAsJsonAsync("/events", new { title = "Load", eventType = "test", startTime = DateTimeOffset.UtcNow, moderationLevel = "off" }, ct);
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
