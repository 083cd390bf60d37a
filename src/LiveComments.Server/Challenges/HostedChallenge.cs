using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LiveComments.Challenges;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Challenges;

/// <summary>
/// A puzzle of a provider, Turnstile or hCaptcha, whose answers are verified by the protocol of both: a form with <c>secret</c>, <c>response</c> and <c>remoteip</c>, answered with <c>success</c>, <c>hostname</c> and
/// <c>error-codes</c>; of Turnstile also <c>action</c> and <c>cdata</c>, by which an answer is bound to a person. While the provider does not answer, or does not know this server, a proof of work is asked instead: nobody is
/// locked out by it, and nobody let in for nothing.
/// </summary>
internal sealed partial class HostedChallenge : IChallenge, IDisposable
{
    /// <summary>Answers of providers have at most 2 KB (Turnstile) or a few (hCaptcha).</summary>
    private const int MaxAnswer = 8_192;

    /// <summary>What the page names as the purpose of a Turnstile.</summary>
    private const string Action = "comment";

    /// <summary>A request is answered within 2 s, and the store needs some of it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>How long the proof of work is asked instead, before the provider is tried again.</summary>
    private static readonly TimeSpan Instead = TimeSpan.FromMinutes(1);

    /// <summary>Answers are good for five minutes at most at either provider.</summary>
    private static readonly TimeSpan Good = TimeSpan.FromMinutes(10);

    private readonly ProofOfWork _instead;
    private readonly ChallengeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { MaxResponseContentBufferSize = 64 * 1024, Timeout = System.Threading.Timeout.InfiniteTimeSpan };
    private long _failedAt;

    public HostedChallenge(ProofOfWork instead, IOptions<ChallengeOptions> options, TimeProvider time, ILogger<HostedChallenge> log) =>
        (_instead, _options, _time, _log) = (instead, options.Value, time, log);

    private bool IsDown => Volatile.Read(ref _failedAt) is var failed and not 0 && _time.GetElapsedTime(failed) < Instead;

    public Challenge Ask(UserId user, EventId id) => IsDown ? _instead.Ask(user, id) : new Challenge(_options.Provider) { SiteKey = _options.SiteKey };

    public async ValueTask<ChallengeAnswer> CheckAsync(UserId user, EventId id, string answer, IPAddress? address, CancellationToken ct)
    {
        // One that was asked for instead, a moment ago.
        var worked = await _instead.CheckAsync(user, id, answer, address, ct);
        if (worked.Verdict != ChallengeVerdict.Wrong || answer.Length is 0 or > MaxAnswer)
            return worked;
        if (IsDown)
            return new ChallengeAnswer(ChallengeVerdict.Unknown);
        try
        {
            return new ChallengeAnswer(await IsRightAsync(user, answer, address, ct) ? ChallengeVerdict.Right : ChallengeVerdict.Wrong, IdOf(answer), _time.GetUtcNow() + Good);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or InvalidOperationException || e is OperationCanceledException && !ct.IsCancellationRequested)
        {
            Volatile.Write(ref _failedAt, _time.GetTimestamp());
            LogUnavailable(_log, e, _options.Provider);
            return new ChallengeAnswer(ChallengeVerdict.Unknown);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<bool> IsRightAsync(UserId user, string answer, IPAddress? address, CancellationToken ct)
    {
        var form = new List<KeyValuePair<string, string>> { new("secret", _options.Secret), new("response", answer), new("sitekey", _options.SiteKey) };
        if (address is not null)
            form.Add(new("remoteip", (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString()));
        using var content = new FormUrlEncodedContent(form);
        using var patience = new CancellationTokenSource(Patience, _time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        using var verified = await _http.PostAsync(_options.Verifier, content, over.Token);
        verified.EnsureSuccessStatusCode();
        var json = await verified.Content.ReadFromJsonAsync(ChallengeJsonContext.Default.SiteVerification, over.Token) ?? throw new JsonException("The answer is null.");
        if (json.ErrorCodes?.FirstOrDefault(code => code is "missing-input-secret" or "invalid-input-secret" or "internal-error" or "sitekey-secret-mismatch") is { } fault)
            throw new InvalidOperationException($"It answered {fault}.");
        return json.Success
            && (_options.Hostname.Length == 0 || string.Equals(json.Hostname, _options.Hostname, StringComparison.OrdinalIgnoreCase))
            && (_options.Provider != ChallengeOptions.Turnstile || json.Action == Action && json.CData == user.ToString());
    }

    private static Guid IdOf(string answer)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(answer), hash);
        return MemoryMarshal.Read<Guid>(hash);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider} does not verify answers; a proof of work is asked instead for a minute")]
    private static partial void LogUnavailable(ILogger log, Exception exception, string provider);
}
