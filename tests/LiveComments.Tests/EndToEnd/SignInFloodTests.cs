using System.Net;
using LiveComments.Tests.Server;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Strangers who try to log in, many at once or for long, as seen by people who may: limits are on, and a proxy says who comes from where.</summary>
public sealed class SignInFloodTests : IAsyncLifetime
{
    private const string Device = "livecomments-device", Wrong = "wrong horse battery";

    // Debts of addresses and locks of accounts do not pass away because the machine is slow.
    private readonly FakeTime _time = new();
    private TestServer _server = null!;

    // A hash takes long beside a request, so that requests wait for hashes.
    public async Task InitializeAsync() => _server = await TestServer.StartAsync(
        builder => builder.Services.AddSingleton<TimeProvider>(_time), "--LiveComments:Passwords:Iterations=40000",
        "--LiveComments:Limits:Enabled=true", "--LiveComments:Proxy:Trusted:0=127.0.0.1", "--LiveComments:Passwords:Concurrent=1",
        "--LiveComments:Limits:RegistrationsPerHour=1000",
        // More than anybody is permitted, so that the flood never ends by itself.
        "--LiveComments:Limits:SignInsPerMinute=1000000");

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_flood_from_forty_addresses_keeps_nobody_out()
    {
        await _server.RegisterAsync("ann");
        using var over = new CancellationTokenSource();
        var begun = Enumerable.Range(0, 40).Select(_ => new TaskCompletionSource()).ToArray();
        var flood = Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            for (var n = 0; !over.IsCancellationRequested; n++)
            {
                // Always another name: guesses at one would soon be slowed down.
                using var answer = await _server.LogInFromAsync($"203.0.113.{i}", $"nobody-{i}-{n}");
                if (answer.StatusCode == HttpStatusCode.Unauthorized)
                    begun[i].TrySetResult();
            }
        }));
        // Each has had a hash by now.
        await Task.WhenAll(begun.Select(one => one.Task));

        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 20; i++)
            answers.Add((await _server.LogInFromAsync($"198.51.100.{i}", "ann")).StatusCode);

        await over.CancelAsync();
        await flood;
        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
    }

    [Fact]
    public async Task Who_logged_in_here_before_comes_in_while_ever_new_addresses_flood()
    {
        await _server.RegisterAsync("ann");
        var device = (await _server.LogInFromAsync("198.51.100.1", "ann")).Cookie(Device);
        using var over = new CancellationTokenSource();
        var (next, refused) = (0, new TaskCompletionSource());
        var flood = Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            while (!over.IsCancellationRequested)
            {
                var address = Interlocked.Increment(ref next);
                using var answer = await _server.LogInFromAsync($"10.{address >> 16}.{address >> 8 & 255}.{address & 255}", "nobody");
                if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                    refused.TrySetResult();
            }
        }));
        await refused.Task;

        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 20; i++)
            // From elsewhere, because a phone's address changes.
            answers.Add((await _server.LogInFromAsync($"198.51.100.{i}", "ann", cookie: device)).StatusCode);

        await over.CancelAsync();
        await flood;
        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
    }

    [Fact]
    public async Task Five_wrong_tries_by_a_stranger_lock_out_the_stranger_and_nobody_else()
    {
        await _server.RegisterAsync("ann");
        for (var i = 0; i < 5; i++)
            await ProblemAssert.IsAsync(Error.InvalidCredentials, await _server.LogInFromAsync("203.0.113.1", "ann", Wrong));
        await ProblemAssert.IsAsync(Error.LockedOut, await _server.LogInFromAsync("203.0.113.1", "ann"));
        await (await _server.LogInFromAsync("198.51.100.1", "ann")).JsonAsync();
        // The owner's log-in is none of the stranger's.
        await ProblemAssert.IsAsync(Error.LockedOut, await _server.LogInFromAsync("203.0.113.1", "ann"));
    }

    [Fact]
    public async Task A_provider_s_customer_is_one_however_many_of_its_addresses_are_used()
    {
        await _server.RegisterAsync("ann");
        for (var i = 0; i < 5; i++)
            await ProblemAssert.IsAsync(Error.InvalidCredentials, await _server.LogInFromAsync($"2001:db8:1:2::{i + 1}", "ann", Wrong));
        await ProblemAssert.IsAsync(Error.LockedOut, await _server.LogInFromAsync("2001:db8:1:2:ffff::9", "ann"));
        await (await _server.LogInFromAsync("2001:db8:1:3::1", "ann")).JsonAsync();
    }

    [Fact]
    public async Task However_many_addresses_guess_an_account_is_tried_so_often_a_day_and_its_owner_comes_in()
    {
        await _server.RegisterAsync("ann");
        var device = (await _server.LogInFromAsync("198.51.100.1", "ann")).Cookie(Device);
        var (guesses, address) = (0, 0);
        for (var hour = 0; hour <= 24; hour++)
        {
            // Until every address is told that it is locked.
            while ((await _server.LogInFromAsync($"10.0.{++address >> 8}.{address & 255}", "ann", Wrong)).StatusCode == HttpStatusCode.Unauthorized)
                guesses++;
            await ProblemAssert.IsAsync(Error.LockedOut, await _server.LogInFromAsync("198.51.100.7", "ann"));
            await (await _server.LogInFromAsync("198.51.100.7", "ann", cookie: device)).JsonAsync();
            _time.Advance(TimeSpan.FromHours(1));
        }
        Assert.Equal(100 + 24 * 10, guesses);
    }

    [Fact]
    public async Task A_device_that_is_known_has_a_count_of_its_own()
    {
        await _server.RegisterAsync("ann");
        await _server.RegisterAsync("ben");
        var device = (await _server.LogInFromAsync("198.51.100.1", "ann")).Cookie(Device);
        // It is known for one account, and no proof of who uses it.
        for (var i = 0; i < 5; i++)
        {
            await ProblemAssert.IsAsync(Error.InvalidCredentials, await _server.LogInFromAsync("203.0.113.1", "ben", Wrong, device));
            await ProblemAssert.IsAsync(Error.InvalidCredentials, await _server.LogInFromAsync($"203.0.113.{i}", "ann", Wrong, device));
        }
        await ProblemAssert.IsAsync(Error.LockedOut, await _server.LogInFromAsync("203.0.113.1", "ben", cookie: device));
        await ProblemAssert.IsAsync(Error.LockedOut, await _server.LogInFromAsync("203.0.113.99", "ann", cookie: device));
        await (await _server.LogInFromAsync("203.0.113.99", "ann")).JsonAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        await (await _server.LogInFromAsync("203.0.113.99", "ann", cookie: device)).JsonAsync();
    }

    [Fact]
    public async Task Two_people_of_one_browser_are_both_known_and_a_cookie_that_is_not_ours_is_nobody_s()
    {
        await _server.RegisterAsync("ann");
        await _server.RegisterAsync("ben");
        var both = (await _server.LogInFromAsync("198.51.100.1", "ben", cookie: (await _server.LogInFromAsync("198.51.100.1", "ann")).Cookie(Device))).Cookie(Device);
        for (var i = 0; i < 5; i++)
            foreach (var (name, cookie) in new[] { ("ann", null), ("ben", Device + "=nonsense"), ("ann", Device + "=" + new string('A', 4_000)), ("ben", both[..^4] + "AAAA") })
                Assert.Contains((await _server.LogInFromAsync("203.0.113.1", name, Wrong, cookie)).StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests });
        await ProblemAssert.IsAsync(Error.LockedOut, await _server.LogInFromAsync("203.0.113.1", "ann"));
        await ProblemAssert.IsAsync(Error.LockedOut, await _server.LogInFromAsync("203.0.113.1", "ben"));
        await (await _server.LogInFromAsync("203.0.113.1", "ann", cookie: both)).JsonAsync();
        await (await _server.LogInFromAsync("203.0.113.1", "ben", cookie: both)).JsonAsync();
    }

    [Fact]
    public async Task The_device_cookie_is_for_log_ins_only_and_no_script_reads_it()
    {
        await _server.RegisterAsync("ann");
        var cookie = (await _server.LogInFromAsync("198.51.100.1", "ann")).Headers.GetValues("Set-Cookie").Single(one => one.StartsWith(Device, StringComparison.Ordinal));
        foreach (var part in (string[])["path=/auth", "samesite=strict", "httponly"])
            Assert.Contains(part, cookie, StringComparison.Ordinal);
        Assert.False((await _server.LogInFromAsync("198.51.100.1", "ann", Wrong)).Headers.Contains("Set-Cookie"));
    }
}
