using FsCheck;
using FsCheck.Fluent;
using LiveComments.Accounts;
using LiveComments.Server.Auth;
using LiveComments.Server.Auth.LogIns;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Server.Files;
using LiveComments.Sqlite;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.Server.Auth;

public sealed class SessionsTests
{
    /// <summary>What may happen to a log-in; the number says which of the tokens so far is meant, or how much time passes.</summary>
    private enum Step
    {
        RefreshNewest,
        RefreshOld,
        RefreshPrevious,
        RefreshForged,
        LogOut,
        Wait,
        WaitMoments,
    }

    [Fact]
    public async Task Whatever_happens_only_the_newest_token_of_a_log_in_that_holds_is_exchanged_and_the_one_before_repeats_its_answer_for_a_minute()
    {
        using var folder = new TemporaryFolder();
        await using var database = SqliteDatabase.Open(new SqliteOptions { Path = folder.At("livecomments.db"), Timeout = TimeSpan.FromSeconds(30) }, NullLogger.Instance);
        var store = new SqliteAccountStore(database);
        var time = new FakeTime();
        var keys = new SigningKeys(new KeyFolder(folder.At("keys")), time, NullLogger<SigningKeys>.Instance);
        await keys.ReadAsync(default);
        var tokens = new TokenIssuer(keys, time);
        var sessions = new Sessions(store, tokens, new SessionChecks(store, time), new EphemeralDataProtectionProvider(), Options.Create(new AuthOptions { SessionLifetime = TimeSpan.FromDays(30) }), time);
        var account = new Account(UserId.New(time), "ann", null, "ann", null, Role.Viewer, AccountStatus.Active, "{}", time.GetUtcNow(), time.GetUtcNow());
        Assert.Null(await store.AddAsync(account, null, default));

        // Refreshing is what mostly happens; without that weight a log-in is over after a step or two.
        var step = Gen.Frequency(
            (8, Gen.Constant(Step.RefreshNewest)), (1, Gen.Constant(Step.RefreshOld)), (4, Gen.Constant(Step.RefreshPrevious)), (2, Gen.Constant(Step.RefreshForged)),
            (1, Gen.Constant(Step.LogOut)), (2, Gen.Constant(Step.Wait)), (4, Gen.Constant(Step.WaitMoments)));
        var history = Gen.Choose(0, 40).SelectMany(number => step.Select(kind => (kind, number))).ListOf();
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Arb.From(history), steps => FollowsAsync(steps).GetAwaiter().GetResult()));

        async Task<bool> FollowsAsync(IList<(Step Kind, int Number)> steps)
        {
            var first = (await sessions.StartAsync(account, null, null, null, default))!;
            var issued = new List<string> { first.RefreshToken };
            var (holds, until, exchangedAt) = (true, first.RefreshExpiresAt, DateTimeOffset.MinValue);
            foreach (var (kind, number) in steps)
            {
                var expected = false;
                string? presented = null;
                switch (kind)
                {
                    case Step.RefreshNewest:
                        presented = issued[^1];
                        expected = holds && time.GetUtcNow() < until;
                        break;
                    case Step.RefreshOld or Step.RefreshPrevious when issued.Count > 1:
                        var old = kind == Step.RefreshPrevious ? issued.Count - 2 : number % (issued.Count - 1);
                        presented = issued[old];
                        expected = holds && time.GetUtcNow() < until && old == issued.Count - 2 && time.GetUtcNow() - exchangedAt < TimeSpan.FromMinutes(1);
                        holds = expected;
                        break;
                    case Step.RefreshForged:
                        // The right log-in, and secrets that were never its own.
                        presented = RefreshToken.First(RefreshToken.Parse(issued[^1])!.SessionId).ToString();
                        break;
                    case Step.LogOut:
                        await sessions.EndAsync(RefreshToken.Parse(issued[^1])!.SessionId, default);
                        holds = false;
                        break;
                    case Step.Wait:
                        time.Advance(TimeSpan.FromDays(number));
                        break;
                    case Step.WaitMoments:
                        time.Advance(TimeSpan.FromSeconds(2 * number));
                        break;
                }
                if (presented is null)
                    continue;
                var (answer, _) = await sessions.RefreshAsync(presented, default);
                if (answer is not null != expected)
                    return false;
                if (answer is null)
                    continue;
                if (kind != Step.RefreshNewest)
                {
                    if (answer.RefreshToken != issued[^1])
                        return false;
                    continue;
                }
                if (issued.Contains(answer.RefreshToken))
                    return false;
                issued.Add(answer.RefreshToken);
                (until, exchangedAt) = (answer.RefreshExpiresAt, time.GetUtcNow());
            }
            return true;
        }
    }
}
