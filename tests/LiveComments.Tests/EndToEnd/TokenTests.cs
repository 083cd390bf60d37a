using System.Net;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

public sealed class TokenTests
{
    [Fact]
    public async Task A_token_is_its_callers_on_real_requests()
    {
        await using var server = await StartAsync();
        var user = new UserId(Guid.NewGuid());
        var liveEvent = new EventId(Guid.NewGuid());
        using var client = server.As(Role.Moderator, user, liveEvent);
        var caller = JsonDocument.Parse(await client.GetStringAsync("/test/caller")).RootElement;
        Assert.Equal(user.ToString(), caller.GetProperty("user").GetString());
        Assert.Equal("Moderator", caller.GetProperty("role").GetString());
        Assert.Equal(liveEvent.ToString(), caller.GetProperty("moderatorOf").GetString());
        Assert.Equal("anonymous", await server.Anonymous.GetStringAsync("/test/caller"));
    }

    [Theory]
    [InlineData("Bearer nonsense")]
    [InlineData("Bearer ")]
    [InlineData("Basic dXNlcjpwYXNz")]
    // Half of a surrogate pair: as the issuer, as the key's name, as the name of a member.
    [InlineData("Bearer e30.eyJpc3MiOiJcdWQ4MDAifQ.x")]
    [InlineData("Bearer eyJraWQiOiJcdWQ4MDAifQ.eyJpc3MiOiJsaXZlY29tbWVudHMifQ.x")]
    [InlineData("Bearer eyJcdWQ4MDAiOjF9.eyJpc3MiOiJsaXZlY29tbWVudHMifQ.x")]
    public async Task A_bad_token_is_refused_before_any_endpoint(string header)
    {
        await using var server = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/test/caller");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        using var answer = await server.Anonymous.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("invalid-token", JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_token_of_a_megabyte_is_not_even_read()
    {
        await using var server = await StartAsync();
        using var client = server.Client(null);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + new string('a', 1_000_000));
        // The server may close the connection while the rest is still on its way.
        var status = HttpStatusCode.RequestHeaderFieldsTooLarge;
        try
        {
            using var answer = await client.GetAsync("/me");
            status = answer.StatusCode;
        }
        catch (HttpRequestException)
        {
        }
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, status);
        using var alive = await server.Anonymous.GetAsync("/healthz/live");
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    [Fact]
    public async Task A_caller_who_writes_first_gets_a_profile()
    {
        await using var server = await StartAsync();
        var profiles = server.Services.GetRequiredService<Profiles>();
        var caller = new Caller(new UserId(Guid.Parse("0198c0de-0000-7000-8000-00000000abcd")), null, Role.Viewer, null, null, DateTimeOffset.MaxValue);
        var profile = await profiles.EnsureAsync(caller, default);
        Assert.Equal(new Profile(caller.UserId, "user-0000abcd", "user-0000abcd", null, profile.Since), profile);
        Assert.Equal(profile, (await profiles.FindByUsernamesAsync(["USER-0000ABCD", "nobody", "@"], default)).Single().Value);
    }

    private static Task<TestServer> StartAsync() => TestServer.StartAsync(builder => builder.Services.AddSingleton<IStartupFilter, CallerEndpoint>());

    /// <summary>Answers who the caller is, behind everything the server puts before its endpoints.</summary>
    private sealed class CallerEndpoint : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            next(app);
            app.Map("/test/caller", branch => branch.Run(context => context.Caller() is { } caller
                ? context.Response.WriteAsJsonAsync(new { user = caller.UserId.ToString(), role = caller.Role.ToString(), moderatorOf = caller.ModeratorOf?.ToString() })
                : context.Response.WriteAsync("anonymous")));
        };
    }
}
