using System.Net;
using System.Reflection;
using LiveComments.Tests.Server;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>What log-ins and registrations take from their limits comes back when the server could do nothing.</summary>
public sealed class SignInPermitTests
{
    private readonly FakeTime _time = new();

    [Fact]
    public async Task Twenty_people_behind_one_address_all_register_although_most_are_told_to_come_back()
    {
        await using var server = await StartAsync("--LiveComments:Limits:RegistrationsPerHour=20", "--LiveComments:Passwords:Concurrent=1", "--LiveComments:Passwords:Waiting=1");
        var busy = 0;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            while (true)
            {
                using var answer = await server.PostAsync("/auth/register", new { username = $"person-{i}", email = $"person-{i}@example.org", password = AccountClient.Password });
                if (answer.StatusCode == HttpStatusCode.Created)
                    return;
                await ProblemAssert.IsAsync(Error.Busy, answer);
                Interlocked.Increment(ref busy);
            }
        }));
        Assert.NotEqual(0, busy);
        await ProblemAssert.IsAsync(Error.RateLimited, await server.PostAsync("/auth/register", new { username = "one-more", email = "one-more@example.org", password = AccountClient.Password }));
    }

    [Fact]
    public async Task A_log_in_or_refresh_that_the_store_did_not_take_costs_nothing()
    {
        await using var server = await StartAsync("--LiveComments:Limits:SignInsPerMinute=2");
        var ann = await server.RegisterAsync("ann");
        FailingAccounts.Fails = true;
        for (var i = 0; i < 5; i++)
        {
            await ProblemAssert.IsAsync(Error.StoreUnavailable, await server.LogInAsync("ann"));
            await ProblemAssert.IsAsync(Error.StoreUnavailable, await server.RefreshAsync(ann.Text("refreshToken")));
            await ProblemAssert.IsAsync(Error.StoreUnavailable, await server.PostAsync("/auth/password", new { currentPassword = AccountClient.Password, newPassword = AccountClient.Password }, ann.Text("token")));
        }
        FailingAccounts.Fails = false;
        await (await server.LogInAsync("ann")).JsonAsync();
        await (await server.RefreshAsync(ann.Text("refreshToken"))).JsonAsync();
        await ProblemAssert.IsAsync(Error.RateLimited, await server.LogInAsync("ann"));
    }

    private Task<TestServer> StartAsync(params string[] settings) => TestServer.StartAsync(builder =>
    {
        builder.Services.AddSingleton<TimeProvider>(_time);
        FailingAccounts.Fails = false;
        var real = builder.Services.Last(service => service.ServiceType == typeof(IAccountStore)).ImplementationType!;
        builder.Services.AddSingleton(provider => FailingAccounts.Of((IAccountStore)ActivatorUtilities.CreateInstance(provider, real)));
    }, ["--LiveComments:Limits:Enabled=true", "--LiveComments:Passwords:Iterations=10000", .. settings]);

    /// <summary>A store that can be told to take nothing. Each test has it alone: those of a class run one after the other.</summary>
    public class FailingAccounts : DispatchProxy
    {
        private IAccountStore _inner = null!;

        internal static bool Fails { get; set; }

        internal static IAccountStore Of(IAccountStore inner)
        {
            var failing = Create<IAccountStore, FailingAccounts>();
            ((FailingAccounts)(object)failing)._inner = inner;
            return failing;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            Fails ? throw new StoreUnavailableException("It takes nothing.") : targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
