using System.Net;
using LiveComments.Server.Auth.TwoFactor;
using LiveComments.Tests.Server;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>What a token alone does not allow: whoever changes how an account is logged in to says its password, and its code where it has one.</summary>
public sealed class ReauthenticationTests : IAsyncLifetime
{
    private const string Wrong = "wrong horse battery", Next = "another horse battery";

    private readonly FakeTime _time = new();
    private TestServer _server = null!;

    public async Task InitializeAsync() =>
        _server = await TestServer.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(_time), "--LiveComments:Passwords:Iterations=10000");

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_token_alone_sets_up_no_authenticator()
    {
        var token = await RegisterAsync();
        await ProblemAssert.IsAsync(Error.InvalidRequest, await StartAsync(token, new { }));
        await ProblemAssert.IsAsync(Error.UnsupportedMediaType, await StartAsync(token, null));
        await ProblemAssert.IsAsync(Error.InvalidCredentials, await StartAsync(token, new { password = Wrong }));
        await ProblemAssert.IsAsync(Error.InvalidRequest, await StartAsync(token, new { password = new string('a', 129) }));
        await (await StartAsync(token, new { password = AccountClient.Password })).JsonAsync();
    }

    [Fact]
    public async Task A_token_alone_neither_removes_an_authenticator_nor_puts_another_in_its_place()
    {
        var (token, secret) = await EnrolAsync();
        await ProblemAssert.IsAsync(Error.UnsupportedMediaType, await RemoveAsync(token, null));
        await ProblemAssert.IsAsync(Error.InvalidRequest, await RemoveAsync(token, new { code = Code(secret, 1) }));
        await ProblemAssert.IsAsync(Error.TotpRequired, await RemoveAsync(token, new { password = AccountClient.Password }));
        await ProblemAssert.IsAsync(Error.TotpInvalid, await RemoveAsync(token, new { password = AccountClient.Password, code = Code(secret, 50) }));
        await ProblemAssert.IsAsync(Error.InvalidCredentials, await RemoveAsync(token, new { password = Wrong, code = Code(secret, 1) }));
        // The code that confirmed it was used.
        await ProblemAssert.IsAsync(Error.TotpInvalid, await RemoveAsync(token, new { password = AccountClient.Password, code = Code(secret, 0) }));
        await ProblemAssert.IsAsync(Error.StateConflict, await StartAsync(token, new { password = AccountClient.Password, code = Code(secret, 1) }));
        await ProblemAssert.IsAsync(Error.TotpRequired, await _server.LogInAsync("ann"));

        Assert.Equal(HttpStatusCode.NoContent, (await RemoveAsync(token, new { password = AccountClient.Password, code = Code(secret, 1) })).StatusCode);
        await (await _server.LogInAsync("ann")).JsonAsync();
    }

    [Fact]
    public async Task One_that_is_not_confirmed_yet_goes_with_the_password()
    {
        var token = await RegisterAsync();
        await (await StartAsync(token, new { password = AccountClient.Password })).JsonAsync();
        await ProblemAssert.IsAsync(Error.InvalidCredentials, await RemoveAsync(token, new { password = Wrong }));
        Assert.Equal(HttpStatusCode.NoContent, (await RemoveAsync(token, new { password = AccountClient.Password })).StatusCode);
        await ProblemAssert.IsAsync(Error.StateConflict, await _server.PostAsync("/auth/totp/confirm", new { code = "000000" }, token));
    }

    [Fact]
    public async Task A_new_password_needs_the_code_too()
    {
        var (token, secret) = await EnrolAsync();
        await ProblemAssert.IsAsync(Error.TotpRequired, await ChangeAsync(null));
        await ProblemAssert.IsAsync(Error.TotpInvalid, await ChangeAsync(Code(secret, 50)));
        Assert.Equal(HttpStatusCode.NoContent, (await ChangeAsync(Code(secret, 1))).StatusCode);
        await ProblemAssert.IsAsync(Error.TotpInvalid, await _server.LogInAsync("ann", Next, Code(secret, 1)));
        _time.Advance(TimeSpan.FromMinutes(2));
        await (await _server.LogInAsync("ann", Next, Code(secret, 0))).JsonAsync();

        Task<HttpResponseMessage> ChangeAsync(string? code) =>
            _server.PostAsync("/auth/password", new { currentPassword = AccountClient.Password, newPassword = Next, code }, token);
    }

    [Theory]
    [InlineData("POST", "/auth/totp")]
    [InlineData("DELETE", "/auth/totp")]
    [InlineData("POST", "/auth/password")]
    public async Task Guesses_at_the_password_behind_a_token_are_guesses_at_log_in(string method, string path)
    {
        var token = await RegisterAsync();
        for (var i = 0; i < 5; i++)
            await ProblemAssert.IsAsync(Error.InvalidCredentials, await GuessAsync(Wrong));
        await ProblemAssert.IsAsync(Error.LockedOut, await GuessAsync(AccountClient.Password));
        await ProblemAssert.IsAsync(Error.LockedOut, await _server.LogInAsync("ann"));
        await ProblemAssert.IsAsync(Error.LockedOut, await StartAsync(token, new { password = AccountClient.Password }));

        Task<HttpResponseMessage> GuessAsync(string password) =>
            _server.CallAsync(new HttpMethod(method), path, new { password, currentPassword = password, newPassword = Next }, token);
    }

    [Fact]
    public async Task Guesses_at_the_code_that_confirms_are_counted_too()
    {
        var token = await RegisterAsync();
        var secret = AccountClient.FromBase32((await (await StartAsync(token, new { password = AccountClient.Password })).JsonAsync()).Text("secret")!);
        for (var i = 0; i < 5; i++)
            await ProblemAssert.IsAsync(Error.TotpInvalid, await _server.PostAsync("/auth/totp/confirm", new { code = Code(secret, 50 + i) }, token));
        await ProblemAssert.IsAsync(Error.LockedOut, await _server.PostAsync("/auth/totp/confirm", new { code = Code(secret, 0) }, token));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await _server.PostAsync("/auth/totp/confirm", new { code = Code(secret, 0) }, token)).StatusCode);
    }

    [Theory]
    [InlineData("POST", "/auth/totp")]
    [InlineData("DELETE", "/auth/totp")]
    [InlineData("POST", "/auth/totp/confirm")]
    public async Task Each_of_these_calls_counts_as_a_log_in(string method, string path)
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Passwords:Iterations=10000", "--LiveComments:Limits:Enabled=true", "--LiveComments:Limits:SignInsPerMinute=2");
        var token = (await server.RegisterAsync("ann")).Text("token");
        for (var i = 0; i < 2; i++)
            Assert.NotEqual(HttpStatusCode.TooManyRequests, (await CallAsync()).StatusCode);
        await ProblemAssert.IsAsync(Error.RateLimited, await CallAsync());

        Task<HttpResponseMessage> CallAsync() => server.CallAsync(new HttpMethod(method), path, new { password = AccountClient.Password, code = "000000" }, token);
    }

    private async Task<string> RegisterAsync() => (await _server.RegisterAsync("ann")).Text("token")!;

    private async Task<(string Token, byte[] Secret)> EnrolAsync()
    {
        var token = await RegisterAsync();
        var secret = AccountClient.FromBase32((await (await StartAsync(token, new { password = AccountClient.Password })).JsonAsync()).Text("secret")!);
        Assert.Equal(HttpStatusCode.OK, (await _server.PostAsync("/auth/totp/confirm", new { code = Code(secret, 0) }, token)).StatusCode);
        return (token, secret);
    }

    private Task<HttpResponseMessage> StartAsync(string token, object? body) => _server.PostAsync("/auth/totp", body, token);

    private Task<HttpResponseMessage> RemoveAsync(string token, object? body) => _server.CallAsync(HttpMethod.Delete, "/auth/totp", body, token);

    private string Code(byte[] secret, int steps) => Totp.Code(secret, _time.GetUtcNow().ToUnixTimeSeconds() / 30 + steps);
}
