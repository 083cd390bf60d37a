using LiveComments.Server.Auth.Tokens;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Commands;

public sealed class AccountCommandTests
{
    [Fact]
    public async Task Printed_tokens_are_consecutive_people_and_a_running_server_accepts_them()
    {
        using var folder = new TemporaryFolder();
        var data = folder.At("data");
        // Before the server has ever run.
        var (exit, early, _) = await ServerProcess.RunAsync("token", "--data", data, "--user", "0198c0de-0000-7000-8000-0000000000ff", "--count", "3", "--role", "moderator");
        Assert.Equal(0, exit);
        await using var server = await ServerProcess.StartAsync(data, "--Logging:LogLevel:Default=Warning");
        var (_, late, _) = await ServerProcess.RunAsync("token", "--data", data);
        await ServerProcess.RunAsync("keys", "rotate", "--data", data);
        var (_, rotated, _) = await ServerProcess.RunAsync("token", "--data", data);

        var users = new List<string?>();
        foreach (var token in early.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            users.Add(await UserAsync(token));
        Assert.Equal(["0198c0de-0000-7000-8000-0000000000ff", "0198c0de-0000-7000-8000-000000000100", "0198c0de-0000-7000-8000-000000000101"], users);
        await UserAsync(late.Trim());
        await UserAsync(rotated.Trim());

        async Task<string?> UserAsync(string token)
        {
            using var client = new HttpClient { BaseAddress = server.Address };
            client.DefaultRequestHeaders.Authorization = new("Bearer", token);
            return (await client.CallAsync("GET", "/me")).Text("userID");
        }
    }

    [Theory]
    [InlineData("--user", "nonsense")]
    [InlineData("--role", "emperor")]
    [InlineData("--count", "0")]
    [InlineData("--lifetime", "00:00:00")]
    [InlineData("--event", "0198c0de-0000-7000-8000-000000000001")]
    public async Task A_token_that_makes_no_sense_is_not_printed(string option, string value)
    {
        using var folder = new TemporaryFolder();
        var (exit, output, error) = await ServerProcess.RunAsync("token", "--data", folder.At("data"), option, value);
        Assert.Equal(2, exit);
        Assert.DoesNotContain("eyJ", output);
        Assert.StartsWith("error: ", error);
    }

    [Fact]
    public async Task An_account_is_erased_beside_a_running_server()
    {
        await using var server = await TestServer.StartAsync();
        var live = await server.GoLiveAsync();
        var ada = await server.RegisterAsync("ada");
        using var client = server.Client(ada.Text("token"));
        await client.CommentAsync(live, "soon gone");
        Assert.Equal(0, (await EraseAsync()).ExitCode);
        await Http.EventuallyAsync(async () => (await client.SendAsync("GET", "/me")).StatusCode == System.Net.HttpStatusCode.Unauthorized, "the token is refused");
        await Http.EventuallyAsync(async () => (await server.Anonymous.CommentsAsync(live)).Count == 0, "the comment is removed");
        var (exit, _, error) = await EraseAsync();
        Assert.Equal(2, exit);
        Assert.Contains("There is no account ada", error, StringComparison.Ordinal);

        Task<(int ExitCode, string Output, string Error)> EraseAsync() => ServerProcess.RunAsync("admin", "erase", "--username", "ada", "--data", server.Data);
    }

    [Fact]
    public async Task An_administrator_is_created_changed_and_given_a_new_password_beside_a_running_server()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path, "--Logging:LogLevel:Default=Warning", "--LiveComments:Passwords:Iterations=10000");
        using var client = new HttpClient { BaseAddress = server.Address };

        Assert.Equal(2, (await AdminAsync("short", "create", "--username", "root", "--email", "root@localhost")).ExitCode);
        Assert.Equal(2, (await AdminAsync("correct horse battery", "create", "--username", "r t", "--email", "root@localhost")).ExitCode);
        Assert.Equal(0, (await AdminAsync("correct horse battery", "create", "--username", "root", "--email", "root@localhost")).ExitCode);
        Assert.Contains("admin set-role", (await AdminAsync("correct horse battery", "create", "--username", "ROOT", "--email", "other@localhost")).Error);
        var first = await LogInAsync("correct horse battery");
        Assert.Equal("administrator", await RoleAsync(first.Text("token")));

        Assert.Equal(0, (await AdminAsync("another horse battery", "reset-password", "--username", "root", "--remove-totp")).ExitCode);
        await client.RefusedAsync(Error.InvalidCredentials, "POST", "/auth/login", """{"username":"root","password":"correct horse battery"}""");
        await client.RefusedAsync(Error.InvalidToken, "POST", "/auth/refresh", $$"""{"refreshToken":"{{first.Text("refreshToken")}}"}""");

        Assert.Equal(0, (await AdminAsync(null, "set-role", "--username", "root", "--role", "viewer")).ExitCode);
        Assert.Equal("viewer", await RoleAsync((await LogInAsync("another horse battery")).Text("token")));
        Assert.Equal(2, (await AdminAsync(null, "set-role", "--username", "nobody", "--role", "viewer")).ExitCode);

        Task<(int ExitCode, string Output, string Error)> AdminAsync(string? input, params string[] arguments) =>
            ServerProcess.RunWithInputAsync(input ?? "", ["admin", .. arguments, "--data", folder.Path, "--LiveComments:Passwords:Iterations=10000"]);

        Task<System.Text.Json.JsonElement> LogInAsync(string password) =>
            client.CallAsync("POST", "/auth/login", $$"""{"username":"root","password":"{{password}}"}""");

        async Task<string?> RoleAsync(string? token)
        {
            using var own = new HttpClient { BaseAddress = server.Address };
            own.DefaultRequestHeaders.Authorization = new("Bearer", token);
            return (await own.CallAsync("GET", "/me")).Text("role");
        }
    }
}
