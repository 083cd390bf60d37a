using System.Net;
using LiveComments.Challenges;
using LiveComments.Server.Challenges;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.Server.Challenges;

/// <summary>The adapter for hosted puzzles against a small server that speaks their protocol.</summary>
public sealed class HostedChallengeTests : IAsyncLifetime
{
    private readonly FakeTime _time = new();
    private readonly UserId _ann = new(Guid.NewGuid());
    private readonly EventId _show = new(Guid.NewGuid());
    private readonly List<Dictionary<string, string>> _asked = [];
    private EdgeServer _provider = null!;
    private Func<Dictionary<string, string>, IResult> _answers = _ => Results.Json(new { success = true });

    public async Task InitializeAsync() => _provider = await EdgeServer.StartAsync(app => app.MapPost("/siteverify", async (HttpContext context) =>
    {
        var form = (await context.Request.ReadFormAsync()).ToDictionary(field => field.Key, field => field.Value.ToString());
        lock (_asked)
            _asked.Add(form);
        return _answers(form);
    }));

    public async Task DisposeAsync() => await _provider.DisposeAsync();

    [Fact]
    public async Task An_answer_is_verified_with_the_secret_and_the_address_and_is_the_same_one_each_time()
    {
        using var challenge = Of(ChallengeOptions.HCaptcha);
        var asked = challenge.Ask(_ann, _show);
        Assert.Equal(("hcaptcha", "site-key", null), (asked.Kind, asked.SiteKey, asked.Token));
        var judged = await challenge.CheckAsync(_ann, _show, "P1_answer", IPAddress.Parse("::ffff:203.0.113.7"), default);
        Assert.Equal(ChallengeVerdict.Right, judged.Verdict);
        Assert.Equal(new Dictionary<string, string> { ["secret"] = "the secret", ["response"] = "P1_answer", ["sitekey"] = "site-key", ["remoteip"] = "203.0.113.7" }, Assert.Single(_asked));
        Assert.Equal(judged.Once, (await challenge.CheckAsync(_ann, _show, "P1_answer", null, default)).Once);
        Assert.NotEqual(judged.Once, (await challenge.CheckAsync(_ann, _show, "P1_other", null, default)).Once);
    }

    [Theory]
    [InlineData("""{"success":false,"error-codes":["timeout-or-duplicate"]}""")]
    [InlineData("""{"success":false,"error-codes":["invalid-input-response"]}""")]
    [InlineData("""{"success":false}""")]
    [InlineData("""{"success":true,"hostname":"evil.example"}""")]
    [InlineData("""{"success":true,"hostname":"live.example.org","action":"login","cdata":"ANN"}""")]
    [InlineData("""{"success":true,"hostname":"live.example.org","action":"comment","cdata":"0196f19e-0d44-7a51-8f0b-2c9d7e5a4b10"}""")]
    [InlineData("""{"success":true,"hostname":"live.example.org"}""")]
    public async Task What_the_provider_refuses_or_gave_somebody_else_is_wrong(string answer)
    {
        using var challenge = Of(ChallengeOptions.Turnstile, "live.example.org");
        _answers = _ => Results.Content(answer.Replace("ANN", _ann.ToString(), StringComparison.Ordinal), "application/json");
        Assert.Equal(ChallengeVerdict.Wrong, (await challenge.CheckAsync(_ann, _show, "answer", null, default)).Verdict);
        // A refusal is no failure of the provider.
        Assert.Equal("turnstile", challenge.Ask(_ann, _show).Kind);
    }

    [Fact]
    public async Task A_turnstile_is_good_for_the_person_whom_it_was_shown_to()
    {
        using var challenge = Of(ChallengeOptions.Turnstile, "live.example.org");
        _answers = _ => Results.Json(new { success = true, hostname = "LIVE.example.org", action = "comment", cdata = _ann.ToString() });
        Assert.Equal(ChallengeVerdict.Right, (await challenge.CheckAsync(_ann, _show, "answer", null, default)).Verdict);
        Assert.Equal(ChallengeVerdict.Wrong, (await challenge.CheckAsync(new UserId(Guid.NewGuid()), _show, "answer", null, default)).Verdict);
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(302, "")]
    [InlineData(200, "<html>")]
    [InlineData(200, "null")]
    [InlineData(200, """{"success":false,"error-codes":["invalid-input-secret"]}""")]
    public async Task While_the_provider_does_not_answer_a_proof_of_work_is_asked_for_a_minute(int status, string body)
    {
        using var challenge = Of(ChallengeOptions.Turnstile);
        _answers = _ => Results.Content(body, "application/json", statusCode: status);
        Assert.Equal(ChallengeVerdict.Unknown, (await challenge.CheckAsync(_ann, _show, "answer", null, default)).Verdict);
        var instead = challenge.Ask(_ann, _show);
        Assert.Equal("proof-of-work", instead.Kind);
        Assert.Equal(ChallengeVerdict.Right, (await challenge.CheckAsync(_ann, _show, ProofOfWorkTests.Solve(instead), null, default)).Verdict);
        // It is left alone meanwhile, and its own answers are no good.
        Assert.Equal(ChallengeVerdict.Unknown, (await challenge.CheckAsync(_ann, _show, "answer", null, default)).Verdict);
        Assert.Single(_asked);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("turnstile", challenge.Ask(_ann, _show).Kind);
    }

    [Fact]
    public async Task A_provider_that_hangs_is_waited_for_a_second_only()
    {
        using var challenge = Of(ChallengeOptions.Turnstile);
        using var over = new ManualResetEventSlim();
        var arrived = new TaskCompletionSource();
        _answers = _ =>
        {
            arrived.SetResult();
            over.Wait();
            return Results.Json(new { success = true });
        };
        var judging = challenge.CheckAsync(_ann, _show, "answer", null, default).AsTask();
        await arrived.Task;
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(judging.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(ChallengeVerdict.Unknown, (await judging).Verdict);
        over.Set();
    }

    [Fact]
    public async Task What_cannot_be_an_answer_is_not_sent_to_the_provider()
    {
        using var challenge = Of(ChallengeOptions.Turnstile);
        foreach (var answer in (string[])["", new string('A', 10_000)])
            Assert.Equal(ChallengeVerdict.Wrong, (await challenge.CheckAsync(_ann, _show, answer, null, default)).Verdict);
        Assert.Empty(_asked);
    }

    [Theory]
    [InlineData("recaptcha", "key", "secret", "", 18)]
    [InlineData("turnstile", "", "secret", "", 18)]
    [InlineData("turnstile", "key", "", "", 18)]
    [InlineData("turnstile", "key", "secret", "http://verify.example.org/", 18)]
    [InlineData("", "", "", "", 0)]
    [InlineData("", "", "", "", 31)]
    public void Settings_that_cannot_work_are_refused(string provider, string siteKey, string secret, string url, int difficulty) =>
        Assert.StartsWith("LiveComments:Challenge", new ChallengeOptions { Provider = provider, SiteKey = siteKey, Secret = secret, VerifyUrl = url, Difficulty = difficulty }.Fault(), StringComparison.Ordinal);

    private HostedChallenge Of(string provider, string hostname = "")
    {
        var options = Options.Create(new ChallengeOptions { Provider = provider, SiteKey = "site-key", Secret = "the secret", Hostname = hostname, VerifyUrl = $"{_provider.BaseAddress}siteverify", Difficulty = 8 });
        Assert.Null(options.Value.Fault());
        return new HostedChallenge(new ProofOfWork(new EphemeralDataProtectionProvider(), options, _time), options, _time, NullLogger<HostedChallenge>.Instance);
    }
}
