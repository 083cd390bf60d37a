using System.Net;
using System.Reflection;
using System.Text;
using LiveComments.Accounts;
using LiveComments.Feeds;
using LiveComments.Moderation;
using LiveComments.Server.Auth.Passwords;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Server.Auth.TwoFactor;
using LiveComments.Tests.Server;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

public class AuthTests : IAsyncLifetime
{
    private readonly FakeTime _time = new();
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Somebody_registers_and_is_logged_in()
    {
        var answer = await (await _server.PostAsync("/auth/register",
            new { username = "ann", email = "ann@example.org", password = AccountClient.Password, displayName = "Ann Ünal" })).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(_time.GetUtcNow().AddMinutes(15).ToString("yyyy-MM-ddTHH:mm:ss.fffZ"), answer.Text("expiresAt"));
        Assert.Equal(64, answer.Text("refreshToken")!.Length);
        var me = await (await _server.CallAsync(HttpMethod.Get, "/me", token: answer.Text("token"))).JsonAsync();
        Assert.Equal((answer.Text("userID"), "ann", "Ann Ünal", "ann@example.org", "viewer"),
            (me.Text("userID"), me.Text("username"), me.Text("displayName"), me.Text("email"), me.Text("role")));
    }

    [Theory]
    [InlineData("an", "a@b.c", AccountClient.Password, null, "invalid-request")]
    [InlineData("a name with spaces", "a@b.c", AccountClient.Password, null, "invalid-request")]
    [InlineData("аnn-cyrillic", "a@b.c", AccountClient.Password, null, "invalid-request")]
    [InlineData(null, "a@b.c", AccountClient.Password, null, "invalid-request")]
    [InlineData("ann", "nonsense", AccountClient.Password, null, "invalid-request")]
    [InlineData("ann", "a@b..c", AccountClient.Password, null, "invalid-request")]
    [InlineData("ann", null, AccountClient.Password, null, "invalid-request")]
    [InlineData("ann", "a@b.c", "short", null, "weak-password")]
    [InlineData("ann-of-green-gables", "a@b.c", "Ann-of-Green-Gables", null, "weak-password")]
    [InlineData("ann", "a@b.c", null, null, "weak-password")]
    [InlineData("ann", "a@b.c", AccountClient.Password, "line\nbreak", "invalid-request")]
    [InlineData("ann", "a@b.c", AccountClient.Password, " ", "invalid-request")]
    [InlineData("ann", "a@b.c", AccountClient.Password, "\u202Eevil", "invalid-request")]
    [InlineData("ann", "a@b.c", AccountClient.Password, "\u200D", "invalid-request")]
    [InlineData("ann", "a@b.c", AccountClient.Password, "\u2800", "invalid-request")]
    [InlineData("ann", "a@b.c", AccountClient.Password, "\u3164", "invalid-request")]
    [InlineData("admin", "a@b.c", AccountClient.Password, "Ann", "name-reserved")]
    [InlineData("ann", "a@b.c", AccountClient.Password, "Аdmin\u200B", "name-reserved")] // a Cyrillic A
    [InlineData("anna.", "a@b.c", AccountClient.Password, null, "invalid-request")]
    [InlineData("anna-", "a@b.c", AccountClient.Password, null, "invalid-request")]
    public async Task Bad_registrations_are_refused(string? username, string? email, string? password, string? displayName, string code) =>
        await ProblemAssert.IsAsync(Error.All.Single(error => error.Code == code), await _server.PostAsync("/auth/register", new { username, email, password, displayName }));

    [Fact]
    public async Task Names_and_addresses_are_taken_once()
    {
        await _server.RegisterAsync("ann");
        await ProblemAssert.IsAsync(Error.UsernameTaken, await _server.PostAsync("/auth/register", new { username = "ANN", email = "b@example.org", password = AccountClient.Password }));
        await ProblemAssert.IsAsync(Error.EmailTaken, await _server.PostAsync("/auth/register", new { username = "bob", email = "ANN@example.org", password = AccountClient.Password }));
    }

    [Theory]
    [InlineData("register")]
    [InlineData("login")]
    [InlineData("refresh")]
    public async Task Bodies_that_are_not_JSON_are_refused(string call)
    {
        await ProblemAssert.IsAsync(Error.InvalidJson, await SendAsync("{\"username\":", "application/json"));
        await ProblemAssert.IsAsync(Error.InvalidJson, await SendAsync("null", "application/json"));
        await ProblemAssert.IsAsync(Error.InvalidJson, await SendAsync("""{"username":"ann","password":"\ud800","refreshToken":"\ud800"}""", "application/json"));
        await ProblemAssert.IsAsync(Error.InvalidJson, await SendAsync("""{"password":"a","password":"b","refreshToken":"a","refreshToken":"b"}""", "application/json"));
        await ProblemAssert.IsAsync(Error.InvalidJson, await SendAsync(string.Concat(Enumerable.Repeat("[", 5_000)), "application/json"));
        await ProblemAssert.IsAsync(Error.UnsupportedMediaType, await SendAsync("username=ann", "application/x-www-form-urlencoded"));
        await ProblemAssert.IsAsync(Error.BodyTooLarge, await SendAsync($$"""{"username":"{{new string('a', 40_000)}}"}""", "application/json"));
        await ProblemAssert.IsAsync(Error.InvalidRequest, await SendAsync("{}", "application/json"));

        Task<HttpResponseMessage> SendAsync(string body, string type) => _server.Anonymous.PostAsync($"/auth/{call}", new StringContent(body, Encoding.UTF8, type));
    }

    [Fact]
    public async Task Registration_can_be_switched_off()
    {
        await using var server = await StartAsync("--LiveComments:Auth:Registration=false");
        await ProblemAssert.IsAsync(Error.Forbidden, await server.PostAsync("/auth/register", new { username = "ann", email = "a@b.c", password = AccountClient.Password }));
    }

    [Fact]
    public async Task Name_or_email_address_in_any_case_and_password_log_in()
    {
        var registered = await _server.RegisterAsync("ann");
        foreach (var typed in (string[])["ANN", "ann@example.org", "Ann@Example.ORG"])
        {
            var answer = await (await _server.LogInAsync(typed)).JsonAsync();
            Assert.Equal(registered.Text("userID"), answer.Text("userID"));
            Assert.NotEqual(registered.Text("refreshToken"), answer.Text("refreshToken"));
        }
    }

    [Theory]
    [InlineData("ann", "wrong horse battery")]
    [InlineData("nobody", AccountClient.Password)]
    [InlineData("no!name", AccountClient.Password)]
    [InlineData("ann@example.org", "wrong horse battery")]
    [InlineData("nobody@example.org", AccountClient.Password)]
    [InlineData("ann@example.org ", AccountClient.Password)]
    [InlineData("%@example.org", AccountClient.Password)]
    [InlineData("@example.org", AccountClient.Password)]
    [InlineData("ann", "")]
    [InlineData("ann", "no character: \uFFFE")]
    public async Task Whatever_does_not_match_gets_the_same_answer(string username, string password)
    {
        await _server.RegisterAsync("ann");
        await ProblemAssert.IsAsync(Error.InvalidCredentials, await _server.LogInAsync(username, password));
    }

    [Fact]
    public async Task The_sixth_guess_is_not_looked_at_and_each_lock_is_twice_as_long()
    {
        await _server.RegisterAsync("ann");
        for (var i = 0; i < 5; i++)
            await ProblemAssert.IsAsync(Error.InvalidCredentials, await _server.LogInAsync("ann", "wrong horse battery"));
        await LockedAsync(60);
        _time.Advance(TimeSpan.FromSeconds(60));
        await ProblemAssert.IsAsync(Error.InvalidCredentials, await _server.LogInAsync("ann", "wrong horse battery"));
        await LockedAsync(120);
        _time.Advance(TimeSpan.FromSeconds(120));
        await (await _server.LogInAsync("ann")).JsonAsync();
        // Right once, everything is forgotten.
        for (var i = 0; i < 4; i++)
            await ProblemAssert.IsAsync(Error.InvalidCredentials, await _server.LogInAsync("ann", "wrong horse battery"));
        await (await _server.LogInAsync("ann")).JsonAsync();

        async Task LockedAsync(int seconds)
        {
            var answer = await _server.LogInAsync("ann");
            await ProblemAssert.IsAsync(Error.LockedOut, answer);
            Assert.Equal(TimeSpan.FromSeconds(seconds), answer.Headers.RetryAfter!.Delta);
        }
    }

    [Fact]
    public async Task Guesses_are_slowed_down_alike_whether_a_name_or_an_email_address_is_somebodys_or_nobodys()
    {
        await _server.RegisterAsync("ann");
        foreach (var typed in (string[])["nobody", "ann@example.org", "nobody@example.org"])
        {
            for (var i = 0; i < 5; i++)
                await ProblemAssert.IsAsync(Error.InvalidCredentials, await _server.LogInAsync(i % 2 == 0 ? typed : typed.ToUpperInvariant(), "wrong horse battery"));
            var locked = await _server.LogInAsync(typed);
            await ProblemAssert.IsAsync(Error.LockedOut, locked);
            Assert.Equal(TimeSpan.FromSeconds(60), locked.Headers.RetryAfter!.Delta);
        }
        // A block of the e-mail address does not tell that it is ann's.
        await ProblemAssert.IsAsync(Error.InvalidCredentials, await _server.LogInAsync("ann", "wrong horse battery"));
    }

    [Fact]
    public async Task Strangers_guesses_by_name_and_by_email_address_count_together()
    {
        await using var server = await StartAsync("--LiveComments:Proxy:Trusted:0=127.0.0.1");
        await server.RegisterAsync("ann");
        for (var i = 0; i < 100; i++)
            await ProblemAssert.IsAsync(Error.InvalidCredentials, await server.LogInFromAsync($"203.0.113.{i}", i % 2 == 0 ? "ann" : "ann@example.org", "wrong horse battery"));
        await ProblemAssert.IsAsync(Error.LockedOut, await server.LogInFromAsync("203.0.113.200", "ann"));
        await ProblemAssert.IsAsync(Error.LockedOut, await server.LogInFromAsync("203.0.113.200", "ann@example.org"));
    }

    [Fact]
    public async Task Guesses_at_once_are_all_counted()
    {
        await using var server = await StartAsync("--LiveComments:Passwords:Concurrent=8", "--LiveComments:Passwords:Waiting=8");
        await server.RegisterAsync("ann");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.LogInAsync("ann", "wrong horse battery")));
        Assert.InRange(answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized), 1, 5);
        Assert.All(answers, answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests, HttpStatusCode.ServiceUnavailable }));
        await ProblemAssert.IsAsync(Error.LockedOut, await server.LogInAsync("ann"));
    }

    [Fact]
    public async Task A_flood_of_log_ins_is_told_to_come_back_and_delays_nobody_else()
    {
        // Slow hashes, none waiting: whoever comes while one is computed is refused.
        await using var server = await StartAsync("--LiveComments:Passwords:Iterations=2000000", "--LiveComments:Passwords:Concurrent=1", "--LiveComments:Passwords:Waiting=0");
        var flood = Enumerable.Range(0, 30).Select(i => server.LogInAsync(i % 2 == 0 ? $"nobody-{i}" : $"nobody-{i}@example.org")).ToList();
        await (await server.CallAsync(HttpMethod.Get, "/me", token: server.Token())).JsonAsync();
        var answers = await Task.WhenAll(flood);
        var refused = answers.Where(answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable).ToList();
        Assert.NotEmpty(refused);
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.Unauthorized);
        await ProblemAssert.IsAsync(Error.Busy, refused[0]);
    }

    [Fact]
    public async Task A_refresh_gives_new_tokens_also_with_an_expired_one_in_the_header()
    {
        var first = await _server.RegisterAsync("ann");
        _time.Advance(TimeSpan.FromMinutes(20));
        await ProblemAssert.IsAsync(Error.TokenExpired, await _server.CallAsync(HttpMethod.Get, "/me", token: first.Text("token")));
        var second = await (await _server.PostAsync("/auth/refresh", new { refreshToken = first.Text("refreshToken") }, first.Text("token"))).JsonAsync();
        Assert.Equal(first.Text("userID"), second.Text("userID"));
        await (await _server.CallAsync(HttpMethod.Get, "/me", token: second.Text("token"))).JsonAsync();
        await (await _server.RefreshAsync(second.Text("refreshToken"))).JsonAsync();
    }

    [Fact]
    public async Task A_refresh_whose_answer_got_lost_may_be_tried_again_for_a_minute()
    {
        var first = await _server.RegisterAsync("ann");
        var lost = await (await _server.RefreshAsync(first.Text("refreshToken"))).JsonAsync();
        _time.Advance(TimeSpan.FromSeconds(59));
        var second = await (await _server.RefreshAsync(first.Text("refreshToken"))).JsonAsync();
        Assert.Equal(lost.Text("refreshToken"), second.Text("refreshToken"));
        await (await _server.CallAsync(HttpMethod.Get, "/me", token: second.Text("token"))).JsonAsync();
        await (await _server.RefreshAsync(second.Text("refreshToken"))).JsonAsync();
    }

    [Fact]
    public async Task A_refresh_token_used_again_later_ends_the_log_in_of_thief_and_owner()
    {
        var first = await _server.RegisterAsync("ann");
        var second = await (await _server.RefreshAsync(first.Text("refreshToken"))).JsonAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        await ProblemAssert.IsAsync(Error.InvalidToken, await _server.RefreshAsync(first.Text("refreshToken")));
        await ProblemAssert.IsAsync(Error.InvalidToken, await _server.RefreshAsync(second.Text("refreshToken")));
        await ProblemAssert.IsAsync(Error.InvalidToken, await _server.CallAsync(HttpMethod.Get, "/me", token: second.Text("token")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    public async Task What_is_no_refresh_token_is_refused(string token) => await ProblemAssert.IsAsync(Error.InvalidToken, await _server.RefreshAsync(token));

    [Fact]
    public async Task A_log_in_that_was_not_refreshed_for_thirty_days_is_over()
    {
        var first = await _server.RegisterAsync("ann");
        // Without the timers of every second of it.
        _time.AdjustTime(_time.GetUtcNow().AddDays(29));
        var second = await (await _server.RefreshAsync(first.Text("refreshToken"))).JsonAsync();
        _time.AdjustTime(_time.GetUtcNow().AddDays(30));
        await ProblemAssert.IsAsync(Error.InvalidToken, await _server.RefreshAsync(second.Text("refreshToken")));
    }

    [Fact]
    public async Task Log_out_ends_the_log_in_and_tells_open_streams()
    {
        var first = await _server.RegisterAsync("ann");
        var other = await (await _server.LogInAsync("ann")).JsonAsync();
        var checks = _server.Services.GetRequiredService<SessionChecks>();
        var ended = new List<Guid>();
        checks.SessionEnded += ended.Add;
        var (caller, _) = await _server.Services.GetRequiredService<TokenVerifier>().VerifyAsync(first.Text("token")!, default);
        Assert.Empty(await checks.InvalidAsync([caller!], default));

        Assert.Equal(HttpStatusCode.NoContent, (await _server.PostAsync("/auth/logout", token: first.Text("token"))).StatusCode);

        Assert.Equal([caller!.SessionId!.Value], ended);
        Assert.Equal([(caller, Error.InvalidToken)], await checks.InvalidAsync([caller], default));
        await ProblemAssert.IsAsync(Error.InvalidToken, await _server.CallAsync(HttpMethod.Get, "/me", token: first.Text("token")));
        await ProblemAssert.IsAsync(Error.InvalidToken, await _server.RefreshAsync(first.Text("refreshToken")));
        await (await _server.CallAsync(HttpMethod.Get, "/me", token: other.Text("token"))).JsonAsync();
    }

    [Fact]
    public async Task A_printed_token_belongs_to_no_log_in() =>
        await ProblemAssert.IsAsync(Error.StateConflict, await _server.PostAsync("/auth/logout", token: _server.Token()));

    [Fact]
    public async Task A_new_password_ends_the_other_log_ins()
    {
        var here = await _server.RegisterAsync("ann");
        var there = await (await _server.LogInAsync("ann")).JsonAsync();
        const string next = "another horse battery";
        await ProblemAssert.IsAsync(Error.InvalidCredentials, await ChangeAsync("wrong horse battery", next));
        await ProblemAssert.IsAsync(Error.WeakPassword, await ChangeAsync(AccountClient.Password, "short"));
        await ProblemAssert.IsAsync(Error.InvalidRequest, await ChangeAsync(null, next));
        Assert.Equal(HttpStatusCode.NoContent, (await ChangeAsync(AccountClient.Password, next)).StatusCode);
        await ProblemAssert.IsAsync(Error.InvalidCredentials, await _server.LogInAsync("ann"));
        await (await _server.LogInAsync("ann", next)).JsonAsync();
        await ProblemAssert.IsAsync(Error.InvalidToken, await _server.RefreshAsync(there.Text("refreshToken")));
        await ProblemAssert.IsAsync(Error.InvalidToken, await _server.CallAsync(HttpMethod.Get, "/me", token: there.Text("token")));
        await (await _server.RefreshAsync(here.Text("refreshToken"))).JsonAsync();
        await ProblemAssert.IsAsync(Error.StateConflict, await _server.PostAsync("/auth/password", new { currentPassword = AccountClient.Password, newPassword = next }, _server.Token()));

        Task<HttpResponseMessage> ChangeAsync(string? currentPassword, string newPassword) =>
            _server.PostAsync("/auth/password", new { currentPassword, newPassword }, here.Text("token"));
    }

    [Fact]
    public async Task Guesses_at_the_present_password_are_counted_too()
    {
        var here = await _server.RegisterAsync("ann");
        for (var i = 0; i < 5; i++)
            await ProblemAssert.IsAsync(Error.InvalidCredentials, await GuessAsync());
        await ProblemAssert.IsAsync(Error.LockedOut, await GuessAsync());

        Task<HttpResponseMessage> GuessAsync() =>
            _server.PostAsync("/auth/password", new { currentPassword = "wrong horse battery", newPassword = "another horse battery" }, here.Text("token"));
    }

    [Fact]
    public async Task An_authenticator_is_set_up_asked_for_and_removed()
    {
        var token = (await _server.RegisterAsync("ann")).Text("token")!;
        await ProblemAssert.IsAsync(Error.StateConflict, await ConfirmAsync("000000"));
        var started = await (await _server.PostAsync("/auth/totp", new { password = AccountClient.Password }, token)).JsonAsync();
        var secret = AccountClient.FromBase32(started.Text("secret")!);
        Assert.StartsWith($"otpauth://totp/LiveComments:ann?secret={started.Text("secret")}&issuer=LiveComments", started.Text("uri"));
        // Until it is confirmed nothing changes.
        await (await _server.LogInAsync("ann")).JsonAsync();
        await ProblemAssert.IsAsync(Error.TotpInvalid, await ConfirmAsync(Code(3)));
        await ProblemAssert.IsAsync(Error.InvalidRequest, await ConfirmAsync(null));
        Assert.Equal(HttpStatusCode.OK, (await ConfirmAsync(Code(0))).StatusCode);
        await ProblemAssert.IsAsync(Error.StateConflict, await ConfirmAsync(Code(1)));
        await ProblemAssert.IsAsync(Error.StateConflict, await _server.PostAsync("/auth/totp", new { password = AccountClient.Password }, token));
        Assert.True((await (await _server.CallAsync(HttpMethod.Get, "/me", token: token)).JsonAsync()).GetProperty("totpEnabled").GetBoolean());

        await ProblemAssert.IsAsync(Error.TotpRequired, await _server.LogInAsync("ann"));
        await ProblemAssert.IsAsync(Error.InvalidCredentials, await _server.LogInAsync("ann", "wrong horse battery", Code(1)));
        await ProblemAssert.IsAsync(Error.TotpInvalid, await _server.LogInAsync("ann", code: Code(0)));
        await ProblemAssert.IsAsync(Error.TotpInvalid, await _server.LogInAsync("ann", code: "١٢٣٤٥٦"));
        await (await _server.LogInAsync("ann", code: Code(1))).JsonAsync();
        await ProblemAssert.IsAsync(Error.TotpInvalid, await _server.LogInAsync("ann", code: Code(1)));
        _time.Advance(TimeSpan.FromSeconds(90));
        await (await _server.LogInAsync("ann", code: Code(-1))).JsonAsync();

        // A restart reads the protected secret again.
        await _server.RestartAsync();
        await (await _server.LogInAsync("ann", code: Code(0))).JsonAsync();

        var removal = new { password = AccountClient.Password, code = Code(1) };
        Assert.Equal(HttpStatusCode.NoContent, (await _server.CallAsync(HttpMethod.Delete, "/auth/totp", removal, token)).StatusCode);
        await (await _server.LogInAsync("ann")).JsonAsync();
        await ProblemAssert.IsAsync(Error.StateConflict, await _server.CallAsync(HttpMethod.Delete, "/auth/totp", removal, _server.Token()));

        Task<HttpResponseMessage> ConfirmAsync(string? code) => _server.PostAsync("/auth/totp/confirm", new { code }, token);

        string Code(int steps) => Totp.Code(secret, _time.GetUtcNow().ToUnixTimeSeconds() / 30 + steps);
    }

    [Fact]
    public async Task Recovery_codes_are_taken_once_each_in_place_of_a_code_and_new_ones_end_the_others()
    {
        var signedIn = await _server.RegisterAsync("ann");
        var token = signedIn.Text("token")!;
        await ProblemAssert.IsAsync(Error.StateConflict, await NewCodesAsync("000000"));
        var secret = AccountClient.FromBase32((await (await _server.PostAsync("/auth/totp", new { password = AccountClient.Password }, token)).JsonAsync()).Text("secret")!);
        var step = _time.GetUtcNow().ToUnixTimeSeconds() / 30;
        var codes = CodesOf(await (await _server.PostAsync("/auth/totp/confirm", new { code = Totp.Code(secret, step) }, token)).JsonAsync());
        Assert.Equal(10, codes.Distinct().Count());
        Assert.Equal(10, await LeftAsync());
        var id = new UserId(Guid.Parse(signedIn.Text("userID")!));
        var stored = (await _server.Services.GetRequiredService<IAccountStore>().FindCredentialsAsync(id, default))!.RecoveryCodes!;
        Assert.All(codes, code => Assert.DoesNotContain(code.Replace("-", "", StringComparison.Ordinal), stored, StringComparison.OrdinalIgnoreCase));

        await (await _server.LogInAsync("ann", code: codes[3])).JsonAsync();
        await ProblemAssert.IsAsync(Error.TotpInvalid, await _server.LogInAsync("ann", code: codes[3]));
        await ProblemAssert.IsAsync(Error.InvalidCredentials, await _server.LogInAsync("ann", "wrong horse battery", codes[4]));
        await (await _server.LogInAsync("ann", code: codes[4].Replace("-", " ", StringComparison.Ordinal).ToUpperInvariant())).JsonAsync();
        Assert.Equal(8, await LeftAsync());
        // Of many at once one succeeds.
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _server.LogInAsync("ann", code: codes[5])));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(7, await LeftAsync());

        // Somebody else's are worth nothing.
        var other = (await _server.RegisterAsync("bob")).Text("token")!;
        var his = AccountClient.FromBase32((await (await _server.PostAsync("/auth/totp", new { password = AccountClient.Password }, other)).JsonAsync()).Text("secret")!);
        await (await _server.PostAsync("/auth/totp/confirm", new { code = Totp.Code(his, step) }, other)).JsonAsync();
        await ProblemAssert.IsAsync(Error.TotpInvalid, await _server.LogInAsync("bob", code: codes[6]));

        await ProblemAssert.IsAsync(Error.TotpRequired, await NewCodesAsync(null));
        var next = CodesOf(await (await NewCodesAsync(Totp.Code(secret, step + 1))).JsonAsync());
        await ProblemAssert.IsAsync(Error.TotpInvalid, await _server.LogInAsync("ann", code: codes[0]));
        await (await _server.LogInAsync("ann", code: next[0])).JsonAsync();
        // Whoever has lost the authenticator takes it away with one.
        Assert.Equal(HttpStatusCode.NoContent, (await _server.CallAsync(HttpMethod.Delete, "/auth/totp", new { password = AccountClient.Password, code = next[1] }, token)).StatusCode);
        await (await _server.LogInAsync("ann")).JsonAsync();
        Assert.Null((await _server.Services.GetRequiredService<IAccountStore>().FindCredentialsAsync(id, default))!.RecoveryCodes);
        var audit = (await _server.Services.GetRequiredService<IModerationStore>().AuditAsync(null, long.MaxValue, 50, default)).Where(line => line.Decision.By == id).Select(line => (line.Decision.Action, line.Decision.Reason));
        Assert.Equal(
            [
                (DecisionAction.NewRecoveryCodes, "10 codes"), (DecisionAction.UseRecoveryCode, "9 left"), (DecisionAction.UseRecoveryCode, "8 left"), (DecisionAction.UseRecoveryCode, "7 left"),
                (DecisionAction.NewRecoveryCodes, "10 codes"), (DecisionAction.UseRecoveryCode, "9 left"), (DecisionAction.UseRecoveryCode, "8 left"),
            ], audit);

        Task<HttpResponseMessage> NewCodesAsync(string? code) => _server.PostAsync("/auth/totp/recovery-codes", new { password = AccountClient.Password, code }, token);
        async Task<long> LeftAsync() => (await (await _server.CallAsync(HttpMethod.Get, "/me", token: token)).JsonAsync()).Number("recoveryCodesLeft");
        static string[] CodesOf(System.Text.Json.JsonElement answer) => [.. answer.GetProperty("recoveryCodes").EnumerateArray().Select(code => code.GetString()!)];
    }

    [Fact]
    public async Task Guesses_at_a_code_lock_the_account_although_the_password_is_right()
    {
        var token = (await _server.RegisterAsync("ann")).Text("token")!;
        var secret = AccountClient.FromBase32((await (await _server.PostAsync("/auth/totp", new { password = AccountClient.Password }, token)).JsonAsync()).Text("secret")!);
        var step = _time.GetUtcNow().ToUnixTimeSeconds() / 30;
        await _server.PostAsync("/auth/totp/confirm", new { code = Totp.Code(secret, step) }, token);
        for (var i = 0; i < 5; i++)
        {
            // Saying no code at all in between gives no further guesses.
            await ProblemAssert.IsAsync(Error.TotpRequired, await _server.LogInAsync("ann"));
            await ProblemAssert.IsAsync(Error.TotpInvalid, await _server.LogInAsync("ann", code: Totp.Code(secret, step + 100 + i)));
        }
        await ProblemAssert.IsAsync(Error.LockedOut, await _server.LogInAsync("ann", code: Totp.Code(secret, step + 1)));
    }

    [Fact]
    public async Task The_authenticator_s_secret_is_not_readable_in_the_database()
    {
        var token = (await _server.RegisterAsync("ann")).Text("token")!;
        var secret = (await (await _server.PostAsync("/auth/totp", new { password = AccountClient.Password }, token)).JsonAsync()).Text("secret")!;
        var account = (await _server.Services.GetRequiredService<IAccountStore>().FindByUsernamesAsync(["ann"], default)).Single();
        var stored = (await _server.Services.GetRequiredService<IAccountStore>().FindCredentialsAsync(account.Id, default))!;
        Assert.DoesNotContain(secret, stored.TotpSecret!);
        Assert.DoesNotContain(Convert.ToBase64String(AccountClient.FromBase32(secret))[..20], stored.TotpSecret!);
        Assert.DoesNotContain(AccountClient.Password, stored.PasswordHash);
    }

    [Fact]
    public async Task A_suspended_account_cannot_log_in()
    {
        var token = (await _server.RegisterAsync("ann")).Text("token")!;
        var store = _server.Services.GetRequiredService<IAccountStore>();
        var account = (await store.FindByUsernamesAsync(["ann"], default)).Single();
        Assert.True(await store.ReplaceAsync(account with { Status = AccountStatus.Suspended }, default));
        await ProblemAssert.IsAsync(Error.AccountSuspended, await _server.LogInAsync("ann"));
        var (caller, _) = await _server.Services.GetRequiredService<TokenVerifier>().VerifyAsync(token, default);
        var printed = new Caller(account.Id, null, Role.Viewer, null, null, caller!.ExpiresAt);
        var stranger = printed with { UserId = new UserId(Guid.NewGuid()) };
        Assert.Equal([(caller, Error.InvalidToken), (printed, Error.InvalidToken)],
            await _server.Services.GetRequiredService<SessionChecks>().InvalidAsync([caller, printed, stranger], default));
    }

    [Fact]
    public async Task A_role_that_was_lost_is_noticed_and_the_next_token_is_without_it()
    {
        var registered = await _server.RegisterAsync("ann");
        var store = _server.Services.GetRequiredService<IAccountStore>();
        var account = (await store.FindByUsernamesAsync(["ann"], default)).Single();
        Assert.True(await store.ReplaceAsync(account with { Role = Role.Administrator }, default));
        var promoted = await (await _server.RefreshAsync(registered.Text("refreshToken"))).JsonAsync();
        var (caller, _) = await _server.Services.GetRequiredService<TokenVerifier>().VerifyAsync(promoted.Text("token")!, default);
        Assert.Equal(Role.Administrator, caller!.Role);
        var checks = _server.Services.GetRequiredService<SessionChecks>();
        Assert.Empty(await checks.InvalidAsync([caller], default));
        Assert.True(await store.ReplaceAsync((await store.FindAsync(account.Id, default))! with { Role = Role.Viewer }, default));
        Assert.Equal([(caller, Error.InvalidToken)], await checks.InvalidAsync([caller], default));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal([(caller, Error.TokenExpired)], await checks.InvalidAsync([caller], default));
    }

    [Fact]
    public async Task A_page_keeps_its_refresh_token_in_a_cookie_that_scripts_cannot_read()
    {
        await _server.RegisterAsync("ann");
        (string, string) page = ("X-Requested-With", "LiveComments");
        var answer = await _server.PostAsync("/auth/login", new { username = "ann", password = AccountClient.Password }, null, page);
        Assert.False((await answer.JsonAsync()).TryGetProperty("refreshToken", out _));
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(one => one.StartsWith("livecomments-refresh=", StringComparison.Ordinal));
        Assert.StartsWith("livecomments-refresh=", cookie);
        foreach (var part in (string[])["path=/auth", "samesite=strict", "httponly"])
            Assert.Contains(part, cookie);
        Assert.DoesNotContain("secure", cookie);

        var value = cookie.Split(';')[0];
        var refreshed = await _server.PostAsync("/auth/refresh", null, null, page, ("Cookie", value));
        var token = (await refreshed.JsonAsync()).Text("token");
        Assert.NotEqual(value, refreshed.Cookie("livecomments-refresh"));
        // Without the header, which no other site's form can send, the cookie is worth nothing.
        await ProblemAssert.IsAsync(Error.InvalidRequest, await _server.PostAsync("/auth/refresh", new { }, null, ("Cookie", value)));
        await ProblemAssert.IsAsync(Error.InvalidRequest, await _server.PostAsync("/auth/refresh", null, null, page));

        value = refreshed.Cookie("livecomments-refresh");
        var ended = await _server.PostAsync("/auth/logout", null, token, page, ("Cookie", value));
        Assert.StartsWith("livecomments-refresh=; expires=Thu, 01 Jan 1970", Assert.Single(ended.Headers.GetValues("Set-Cookie")));
        var over = await _server.PostAsync("/auth/refresh", null, null, page, ("Cookie", value));
        await ProblemAssert.IsAsync(Error.InvalidToken, over);
        Assert.StartsWith("livecomments-refresh=; expires=Thu, 01 Jan 1970", Assert.Single(over.Headers.GetValues("Set-Cookie")));
    }

    [Fact]
    public async Task A_log_out_leaves_the_cookie_to_whoever_logged_in_since()
    {
        var ann = await _server.RegisterAsync("ann");
        await _server.RegisterAsync("ben");
        (string, string) page = ("X-Requested-With", "LiveComments");
        var answer = await _server.PostAsync("/auth/login", new { username = "ben", password = AccountClient.Password }, null, page);
        var bens = answer.Cookie("livecomments-refresh");

        var ended = await _server.PostAsync("/auth/logout", null, ann.Text("token"), page, ("Cookie", bens));

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.False(ended.Headers.Contains("Set-Cookie"));
        await (await _server.PostAsync("/auth/refresh", null, null, page, ("Cookie", bens))).JsonAsync();
    }

    [Fact]
    public async Task A_stream_ticket_is_good_once_and_for_a_minute()
    {
        var user = new UserId(Guid.NewGuid());
        var token = _server.Token(user: user);
        var tickets = _server.Services.GetRequiredService<StreamTickets>();
        var answer = await (await _server.PostAsync("/auth/stream-ticket", token: token)).JsonAsync();
        Assert.Equal(_time.GetUtcNow().AddMinutes(1).ToString("yyyy-MM-ddTHH:mm:ss.fffZ"), answer.Text("expiresAt"));
        Assert.Equal(user, tickets.Redeem(answer.Text("ticket")!)!.UserId);
        Assert.Null(tickets.Redeem(answer.Text("ticket")!));
        Assert.Null(tickets.Redeem("nonsense"));
        var late = (await (await _server.PostAsync("/auth/stream-ticket", token: token)).JsonAsync()).Text("ticket")!;
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(tickets.Redeem(late));
    }

    [Fact]
    public void There_are_never_more_tickets_than_the_server_holds()
    {
        var tickets = new StreamTickets(new EphemeralDataProtectionProvider(), _server.Services.GetRequiredService<SessionChecks>(), _time);
        for (var i = 0; i < 100_000; i++)
            Assert.Null(tickets.Issue(Somebody()).Refusal);
        Assert.Equal(Error.Busy, tickets.Issue(Somebody()).Refusal);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(tickets.Issue(Somebody()).Refusal);
    }

    [Fact]
    public async Task Nobody_has_so_many_tickets_that_none_is_left_for_others()
    {
        var (ann, bob) = (_server.Token(), _server.Token());
        for (var i = 0; i < 60; i++)
            await (await _server.PostAsync("/auth/stream-ticket", token: ann)).JsonAsync();
        await ProblemAssert.IsAsync(Error.RateLimited, await _server.PostAsync("/auth/stream-ticket", token: ann));
        await (await _server.PostAsync("/auth/stream-ticket", token: bob)).JsonAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        await (await _server.PostAsync("/auth/stream-ticket", token: ann)).JsonAsync();
    }

    [Fact]
    public async Task A_log_in_that_is_over_leaves_no_ticket_behind()
    {
        var ann = await _server.RegisterAsync("ann");
        var ticket = (await (await _server.PostAsync("/auth/stream-ticket", token: ann.Text("token"))).JsonAsync()).Text("ticket")!;
        await _server.PostAsync("/auth/logout", token: ann.Text("token"));
        Assert.Null(_server.Services.GetRequiredService<StreamTickets>().Redeem(ticket));
    }

    [Fact]
    public async Task A_key_that_is_removed_ends_the_open_streams_of_its_tokens_too()
    {
        var live = await _server.GoLiveAsync();
        var socket = await StreamClient.WebSocketAsync(_server, live, token: _server.Token(Role.Moderator));
        var keys = _server.Services.GetRequiredService<SigningKeys>();
        await keys.RotateAsync(default);
        var newer = await StreamClient.WebSocketAsync(_server, live, token: _server.Token());
        await newer.NextAsync("hello");
        await keys.RemoveOldAsync(default);
        var told = socket.NextAsync("error");
        while (!told.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(told, Task.Delay(5));
        }
        Assert.Equal("invalid-token", (await told).Text("code"));
        await newer.SendAsync(new { type = "comment", id = "k", commentText = "a" });
        await newer.NextAsync("ack");

        // A server that stops gives whoever is still there some time, and here time stands still.
        await socket.DisposeAsync();
        await newer.DisposeAsync();
        await Http.EventuallyAsync(() => Task.FromResult(_server.Services.GetRequiredService<EventFeeds>().FanOut.Connections.Count == 0), "everybody has gone");
    }

    [Fact]
    public async Task A_right_password_is_not_counted_as_a_wrong_one_when_its_request_is_cut()
    {
        var ann = new UserId(Guid.Parse((await _server.RegisterAsync("ann")).Text("userID")!));
        var store = _server.Services.GetRequiredService<IAccountStore>();
        // More often than an address may guess.
        for (var i = 0; i < 7; i++)
        {
            using var cut = new CancellationTokenSource();
            var check = ActivatorUtilities.CreateInstance<PasswordCheck>(_server.Services, CutAccounts.Of(store, cut));
            Assert.NotNull((await check.CheckAsync(ann, new SignInSource(IPAddress.Loopback, null), AccountClient.Password, null, cut.Token)).Right);
            Assert.True(cut.IsCancellationRequested);
        }
        // To the account all tries are left, too.
        Assert.Equal(_time.GetUtcNow() - TimeSpan.FromMinutes(99 * 6), (await store.FindCredentialsAsync(ann, default))!.LockedUntil);
    }

    /// <summary>Accounts whose caller goes away as soon as something was written.</summary>
    public class CutAccounts : DispatchProxy
    {
        private IAccountStore _inner = null!;
        private CancellationTokenSource _cut = null!;

        internal static IAccountStore Of(IAccountStore inner, CancellationTokenSource cut)
        {
            var accounts = Create<IAccountStore, CutAccounts>();
            ((CutAccounts)(object)accounts)._inner = inner;
            ((CutAccounts)(object)accounts)._cut = cut;
            return accounts;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var answer = targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
            return answer is ValueTask<bool> written ? new ValueTask<bool>(CutAsync(written)) : answer;
        }

        private async Task<bool> CutAsync(ValueTask<bool> written)
        {
            var done = await written;
            await _cut.CancelAsync();
            return done;
        }
    }

    private Caller Somebody() => new(new UserId(Guid.NewGuid()), null, Role.Viewer, null, null, _time.GetUtcNow().AddHours(1));

    [Theory]
    [InlineData("POST", "/auth/logout")]
    [InlineData("POST", "/auth/password")]
    [InlineData("POST", "/auth/totp")]
    [InlineData("POST", "/auth/totp/confirm")]
    [InlineData("POST", "/auth/totp/recovery-codes")]
    [InlineData("POST", "/auth/guest/register")]
    [InlineData("DELETE", "/auth/totp")]
    [InlineData("POST", "/auth/stream-ticket")]
    [InlineData("GET", "/me")]
    [InlineData("PATCH", "/me")]
    public async Task These_calls_need_a_token(string method, string path) =>
        await ProblemAssert.IsAsync(Error.Unauthenticated, await _server.CallAsync(new HttpMethod(method), path, new { }));

    [Fact]
    public async Task An_address_registers_and_logs_in_within_its_limits()
    {
        await using var server = await StartAsync("--LiveComments:Limits:Enabled=true", "--LiveComments:Limits:RegistrationsPerHour=2", "--LiveComments:Limits:SignInsPerMinute=3");
        await server.RegisterAsync("ann");
        await server.RegisterAsync("bob");
        var refused = await server.PostAsync("/auth/register", new { username = "carol", email = "c@example.org", password = AccountClient.Password });
        await ProblemAssert.IsAsync(Error.RateLimited, refused);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalMinutes, 1, 30);
        for (var i = 0; i < 3; i++)
            await (await server.LogInAsync("ann")).JsonAsync();
        await ProblemAssert.IsAsync(Error.RateLimited, await server.LogInAsync("ann"));
    }

    [Fact]
    public async Task Changing_a_password_counts_as_logging_in()
    {
        await using var server = await StartAsync("--LiveComments:Limits:Enabled=true", "--LiveComments:Limits:SignInsPerMinute=3");
        var token = (await server.RegisterAsync("ann")).Text("token");
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.NoContent, (await ChangeAsync()).StatusCode);
        await ProblemAssert.IsAsync(Error.RateLimited, await ChangeAsync());
        await ProblemAssert.IsAsync(Error.RateLimited, await server.LogInAsync("ann"));

        Task<HttpResponseMessage> ChangeAsync() => server.PostAsync("/auth/password", new { currentPassword = AccountClient.Password, newPassword = AccountClient.Password }, token);
    }

    /// <summary>The settings of the store that the tests run on.</summary>
    protected virtual Task<string[]> StoreAsync() => Task.FromResult<string[]>([]);

    private async Task<TestServer> StartAsync(params string[] settings) =>
        await TestServer.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(_time), ["--LiveComments:Passwords:Iterations=10000", .. await StoreAsync(), .. settings]);
}
