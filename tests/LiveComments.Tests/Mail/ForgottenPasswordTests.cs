using System.Net;
using System.Text.RegularExpressions;
using LiveComments.Accounts;
using LiveComments.Server.Auth.TwoFactor;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.Server;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Mail;

/// <summary>From a forgotten password to a new one, by an e-mail message that a real SMTP server takes.</summary>
public sealed partial class ForgottenPasswordTests : IAsyncLifetime
{
    private const string Better = "a better horse battery";

    private readonly FakeTime _time = new();
    private readonly SmtpServer _smtp = new();
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await StartAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _smtp.DisposeAsync();
    }

    [Fact]
    public async Task Whoever_reads_the_accounts_mail_chooses_a_new_password_once_and_every_log_in_ends()
    {
        var registered = await _server.RegisterAsync("ann");
        var other = await (await _server.LogInAsync("ann")).JsonAsync();
        await AskAsync("Ann@Example.org");
        var (to, message) = await _smtp.NextAsync();
        Assert.Equal(("ann@example.org", "Choose a new password"), (to, message.Subject));
        Assert.Contains("account ann at https://live.example.org/", message.TextBody, StringComparison.Ordinal);
        var token = TokenIn(message.TextBody);
        // The store has a hash of it only.
        var stored = (await Accounts.FindCredentialsAsync(Id(registered), default))!;
        Assert.DoesNotContain(stored.ResetHash!, token, StringComparison.Ordinal);
        await ProblemAssert.IsAsync(Error.WeakPassword, await ResetAsync(token, "short"));
        await ProblemAssert.IsAsync(Error.WeakPassword, await ResetAsync(token, "Ann@example.ORG"));
        Assert.Equal(HttpStatusCode.NoContent, (await ResetAsync(token, Better)).StatusCode);

        await ProblemAssert.IsAsync(Error.InvalidCredentials, await _server.LogInAsync("ann"));
        await (await _server.LogInAsync("ann", Better)).JsonAsync();
        foreach (var before in new[] { registered, other })
        {
            await ProblemAssert.IsAsync(Error.InvalidToken, await _server.CallAsync(HttpMethod.Get, "/me", token: before.Text("token")));
            await ProblemAssert.IsAsync(Error.InvalidToken, await _server.RefreshAsync(before.Text("refreshToken")));
        }
        await ProblemAssert.IsAsync(Error.LinkExpired, await ResetAsync(token, "yet another horse"));
        var (told, news) = await _smtp.NextAsync();
        Assert.Equal(("ann@example.org", "Your password was changed"), (told, news.Subject));
        Assert.Contains("https://live.example.org/password", news.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_tries_with_one_link_one_succeeds()
    {
        await _server.RegisterAsync("ann");
        await AskAsync("ann@example.org");
        var token = TokenIn((await _smtp.NextAsync()).Message.TextBody);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => ResetAsync(token, $"{Better} {i}")));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.NoContent);
        Assert.All(answers.Where(answer => answer.StatusCode != HttpStatusCode.NoContent), answer => Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode));
    }

    [Fact]
    public async Task A_link_is_good_for_half_an_hour_and_only_the_newest_is()
    {
        await _server.RegisterAsync("ann");
        await AskAsync("ann@example.org");
        var first = TokenIn((await _smtp.NextAsync()).Message.TextBody);
        _time.Advance(TimeSpan.FromMinutes(31));
        await ProblemAssert.IsAsync(Error.LinkExpired, await ResetAsync(first, Better));
        await AskAsync("ann@example.org");
        var second = TokenIn((await _smtp.NextAsync()).Message.TextBody);
        await AskAsync("ann@example.org");
        var third = TokenIn((await _smtp.NextAsync()).Message.TextBody);
        await ProblemAssert.IsAsync(Error.LinkExpired, await ResetAsync(second, Better));
        foreach (var made in (string[])[third[..^1] + (third[^1] == 'A' ? 'B' : 'A'), "", "x", new string('A', 64), "%"])
            await ProblemAssert.IsAsync(Error.LinkExpired, await ResetAsync(made, Better));
        Assert.Equal(HttpStatusCode.NoContent, (await ResetAsync(third, Better)).StatusCode);
    }

    [Fact]
    public async Task A_password_that_is_changed_by_its_owner_ends_the_link_and_they_are_told()
    {
        var token = (await _server.RegisterAsync("ann")).Text("token");
        await AskAsync("ann@example.org");
        var link = TokenIn((await _smtp.NextAsync()).Message.TextBody);
        (await _server.PostAsync("/auth/password", new { currentPassword = AccountClient.Password, newPassword = Better }, token)).EnsureSuccessStatusCode();
        Assert.Equal("Your password was changed", (await _smtp.NextAsync()).Message.Subject);
        await ProblemAssert.IsAsync(Error.LinkExpired, await ResetAsync(link, "yet another horse"));
    }

    [Fact]
    public async Task Nobody_learns_whose_an_address_is()
    {
        await _server.RegisterAsync("ann");
        await _server.RegisterAsync("gone");
        var gone = (await Accounts.FindByUsernamesAsync(["gone"], default)).Single();
        Assert.True(await Accounts.ReplaceAsync(gone with { Status = AccountStatus.Suspended }, default));
        var answers = new HashSet<string>();
        foreach (var email in (string[])["nobody@example.org", "gone@example.org", "ann@example.org"])
        {
            using var answer = await _server.PostAsync("/auth/password/forgotten", new { email });
            answer.Headers.Remove("Date");
            answers.Add($"{answer.StatusCode} {await answer.Content.ReadAsStringAsync()} {answer.Headers}");
        }
        Assert.Single(answers);
        // Messages go out in the order in which they were asked for: had the others been written to, theirs would have come first.
        Assert.Equal("ann@example.org", (await _smtp.NextAsync()).To);
    }

    [Fact]
    public async Task An_account_gets_three_links_an_hour_from_wherever_they_are_asked_and_is_answered_alike()
    {
        await _server.RegisterAsync("ann");
        await _server.RegisterAsync("bob");
        for (var i = 0; i < 6; i++)
            await AskAsync("ann@example.org");
        await AskAsync("bob@example.org");
        Assert.Equal(["ann@example.org", "ann@example.org", "ann@example.org", "bob@example.org"], [(await _smtp.NextAsync()).To, (await _smtp.NextAsync()).To, (await _smtp.NextAsync()).To, (await _smtp.NextAsync()).To]);
        _time.Advance(TimeSpan.FromMinutes(61));
        await AskAsync("ann@example.org");
        Assert.Equal("ann@example.org", (await _smtp.NextAsync()).To);
    }

    [Fact]
    public async Task One_address_asks_so_often_in_an_hour()
    {
        await using var server = await StartAsync("--LiveComments:Limits:Enabled=true", "--LiveComments:Limits:RegistrationsPerHour=2");
        for (var i = 0; i < 2; i++)
            Assert.Equal(HttpStatusCode.Accepted, (await server.PostAsync("/auth/password/forgotten", new { email = $"{i}@example.org" })).StatusCode);
        await ProblemAssert.IsAsync(Error.RateLimited, await server.PostAsync("/auth/password/forgotten", new { email = "2@example.org" }));
    }

    [Fact]
    public async Task An_authenticator_stays_and_a_lockout_ends()
    {
        var token = (await _server.RegisterAsync("ann")).Text("token");
        var secret = AccountClient.FromBase32((await (await _server.PostAsync("/auth/totp", new { password = AccountClient.Password }, token)).JsonAsync()).Text("secret")!);
        var step = _time.GetUtcNow().ToUnixTimeSeconds() / 30;
        (await _server.PostAsync("/auth/totp/confirm", new { code = Totp.Code(secret, step) }, token)).EnsureSuccessStatusCode();
        await AskAsync("ann@example.org");
        var link = TokenIn((await _smtp.NextAsync()).Message.TextBody);
        Assert.Equal(HttpStatusCode.NoContent, (await ResetAsync(link, Better)).StatusCode);
        await ProblemAssert.IsAsync(Error.TotpRequired, await _server.LogInAsync("ann", Better));
        await (await _server.LogInAsync("ann", Better, Totp.Code(secret, step + 1))).JsonAsync();
    }

    [Fact]
    public async Task A_server_without_mail_says_so_and_one_whose_mail_fails_answers_all_the_same()
    {
        await using (var server = await TestServer.StartAsync())
            await ProblemAssert.IsAsync(Error.Forbidden, await server.PostAsync("/auth/password/forgotten", new { email = "ann@example.org" }));
        _smtp.HangsUp = true;
        await _server.RegisterAsync("ann");
        await AskAsync("ann@example.org");
        await Http.EventuallyAsync(async () => (await _server.Anonymous.GetStringAsync("/healthz/ready")).Contains("degraded: E-mail cannot be sent", StringComparison.Ordinal), "the operators see it");
        Assert.Contains("livecomments_mail_messages_total{kind=\"forgotten-password\",outcome=\"sent\"} 0", await _server.Anonymous.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    private IAccountStore Accounts => _server.Services.GetRequiredService<IAccountStore>();

    private static UserId Id(System.Text.Json.JsonElement signedIn) => new(Guid.Parse(signedIn.Text("userID")!));

    private async Task AskAsync(string email) => Assert.Equal("asked", (await (await _server.PostAsync("/auth/password/forgotten", new { email })).JsonAsync(HttpStatusCode.Accepted)).Text("status"));

    private Task<HttpResponseMessage> ResetAsync(string token, string newPassword) => _server.PostAsync("/auth/password/reset", new { token, newPassword });

    private static string TokenIn(string? text) => Link().Match(text!).Groups[1].Value;

    private async Task<TestServer> StartAsync(params string[] settings) => await TestServer.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(_time),
    [
        "--LiveComments:Passwords:Iterations=10000", "--LiveComments:Mail:Host=127.0.0.1", $"--LiveComments:Mail:Port={_smtp.Port}", "--LiveComments:Mail:Security=none", "--LiveComments:Mail:From=no-reply@example.org",
        "--LiveComments:Mail:Site=https://live.example.org", .. settings,
    ]);

    [GeneratedRegex(@"https://live\.example\.org/password#token=([\w-]{64})\r?\n")]
    private static partial Regex Link();
}
