using System.Diagnostics;
using LiveComments.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Server;

/// <summary>What a request carries along.</summary>
public sealed class RequestActivityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_request_that_nobody_follows_has_no_activity()
    {
        var seen = new List<Activity?>();
        await using var app = LiveCommentsServer.Build(new ServerArguments("http://127.0.0.1:0", _folder.Path, []),
            builder => builder.Services.AddSingleton<IStartupFilter>(new Noting(seen)));
        await app.StartAsync();
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(new Uri(app.Urls.First()), "/healthz/live"));
        await app.StopAsync();
        Assert.Equal([null], seen);
    }

    public void Dispose() => _folder.Dispose();

    private sealed class Noting(List<Activity?> seen) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, following) =>
            {
                seen.Add(Activity.Current);
                return following(context);
            });
            next(app);
        };
    }
}
