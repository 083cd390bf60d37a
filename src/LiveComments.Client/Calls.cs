using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LiveComments.Client;

/// <summary>Calls by HTTP: made again while the server is busy or not there, and with another token when one has ended. Every call here may be made again without harm.</summary>
internal sealed class Calls : IDisposable
{
    /// <summary>No answer of the server is longer; what is longer is none of its.</summary>
    public const int MaxAnswer = 16 * 1024 * 1024;

    private const int MaxProblem = 64 * 1024;

    /// <summary>A server answers within two seconds; a slow network takes as long again, some times.</summary>
    public static readonly TimeSpan AttemptTime = TimeSpan.FromSeconds(10);

    private readonly LiveCommentsClientOptions _options;
    private readonly HttpClient _http;

    public Calls(LiveCommentsClientOptions options)
    {
        _options = options;
        Handler = options.Handler ?? new SocketsHttpHandler
        {
            // Addresses of a name change; a connection that is kept for ever would not notice.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AutomaticDecompression = DecompressionMethods.All,
            AllowAutoRedirect = false,
            UseCookies = false,
        };
        _http = new HttpClient(Handler, disposeHandler: options.Handler is null)
        {
            BaseAddress = Base = new Uri(options.Server.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxAnswer,
        };
        Credentials = new Credentials(options, (refreshToken, ct) =>
            SendAsync(HttpMethod.Post, "auth/refresh", new JsonObject { ["refreshToken"] = refreshToken }, (_, body) => JsonSerializer.Deserialize(body, ClientJson.Default.SignedIn)!, ct, signs: false));
    }

    public Credentials Credentials { get; }

    /// <summary>The server's address, ending with a slash.</summary>
    public Uri Base { get; }

    public HttpMessageHandler Handler { get; }

    /// <param name="path">Relative to the server's address, or an absolute path on its host.</param>
    /// <param name="read">Makes the result from a success and its body.</param>
    /// <param name="signs">False for calls that need no token.</param>
    /// <exception cref="LiveCommentsException"/>
    public async Task<T> SendAsync<T>(HttpMethod method, string path, JsonObject? body, Func<HttpResponseMessage, byte[], T> read, CancellationToken ct, bool signs = true, Action<HttpRequestHeaders>? add = null)
    {
        var started = _options.Time.GetTimestamp();
        var backoff = new Backoff();
        var isUnknown = false;
        var renewed = false;
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var token = signs ? await Credentials.TokenAsync(ct) : null;
            using var request = new HttpRequestMessage(method, path);
            if (body is not null)
                request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            if (token is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            add?.Invoke(request.Headers);
            var (result, problem) = await AttemptAsync(request, read, ct);
            if (problem is null)
                return result!;
            if (problem.Status == 401 && token is not null && !renewed && await Credentials.RenewAsync(token, ct))
            {
                renewed = true;
                continue;
            }
            isUnknown |= problem.Code is ClientCodes.OutcomeUnknown or ClientCodes.NoAnswer || problem.Status is 502 or 504;
            if (!IsPassing(problem))
                throw problem;
            var wait = backoff.Next(problem.RetryAfter);
            if (_options.Time.GetElapsedTime(started) + wait > _options.Patience)
                throw isUnknown && add is not null
                    ? new LiveCommentsException(ClientCodes.OutcomeUnknown, $"It is not known whether the request was done; the last answer was: {problem.Message}", problem.Status, problem.RetryAfter, inner: problem)
                    : problem;
            await Task.Delay(wait, _options.Time, ct);
        }
    }

    /// <summary>Why the server refused.</summary>
    public async Task<LiveCommentsException> ProblemAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        var status = (int)answer.StatusCode;
        var retryAfter = answer.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _options.Time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        try
        {
            await answer.Content.LoadIntoBufferAsync(MaxProblem, ct);
            if (answer.Content.Headers.ContentType?.MediaType == "application/problem+json"
                && JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(ct), ClientJson.Default.ProblemBody) is { Code: { } code } problem)
                return new LiveCommentsException(code, problem.Detail ?? problem.Title ?? code, status, retryAfter, problem.Challenge);
        }
        catch (JsonException)
        {
        }
        return new LiveCommentsException(ClientCodes.UnexpectedAnswer, $"Somebody between here and the server answered {status}.", status, retryAfter);
    }

    /// <summary>True for what passes by itself.</summary>
    public static bool IsPassing(LiveCommentsException problem) => problem.Status is 408 or 502 or 503 or 504 || problem.Code is ClientCodes.Unreachable or ClientCodes.NoAnswer;

    public static LiveCommentsException Unheard(Exception e) =>
        (e as HttpRequestException ?? e.InnerException) is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError }
            ? new LiveCommentsException(ClientCodes.Unreachable, "The server cannot be reached.", inner: e)
            : new LiveCommentsException(ClientCodes.NoAnswer, "The server did not answer.", inner: e);

    public void Dispose()
    {
        _http.Dispose();
        Credentials.Dispose();
    }

    private async Task<(T? Result, LiveCommentsException? Problem)> AttemptAsync<T>(HttpRequestMessage request, Func<HttpResponseMessage, byte[], T> read, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(AttemptTime, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            using var answer = await _http.SendAsync(request, either.Token);
            if (!answer.IsSuccessStatusCode)
                return (default, await ProblemAsync(answer, either.Token));
            return (read(answer, await answer.Content.ReadAsByteArrayAsync(either.Token)), null);
        }
        catch (JsonException e)
        {
            throw new LiveCommentsException(ClientCodes.UnexpectedAnswer, "The answer is none of a LiveComments server.", inner: e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return (default, Unheard(e));
        }
    }
}
