using LiveComments.Accounts;

namespace LiveComments.Tests.Conformance;

/// <summary>Each store here breaks one promise; the specification must say which.</summary>
public sealed class BrokenAccountStoreTests
{
    public static TheoryData<string, string> Doubles => new()
    {
        { nameof(FindsOneOfMany), nameof(AccountStoreSpec.Many_ids_are_found_at_once_and_unknown_ones_left_out) },
        { nameof(KeepsCaseApart), nameof(AccountStoreSpec.Names_are_found_in_any_case_and_unknown_ones_left_out) },
        { nameof(KeepsCaseOfEmailsApart), nameof(AccountStoreSpec.An_email_address_is_found_in_any_case_and_an_unknown_one_is_not) },
        { nameof(LastChangeWins), nameof(AccountStoreSpec.A_change_of_what_is_no_longer_so_is_refused) },
        { nameof(LosesGuesses), nameof(AccountStoreSpec.No_two_guesses_count_as_one) },
        { nameof(ForgivesReuse), nameof(AccountStoreSpec.A_refresh_token_that_is_used_again_ends_its_log_in) },
        { nameof(IgnoresANewPassword), nameof(AccountStoreSpec.A_password_that_was_changed_while_it_was_checked_begins_no_log_in) },
        { nameof(ForgivesLateReuse), nameof(AccountStoreSpec.A_refresh_token_that_is_used_again_after_a_minute_ends_its_log_in) },
        { nameof(EndsOnEveryReuse), nameof(AccountStoreSpec.A_refresh_token_gives_the_same_answer_again_for_a_minute) },
        { nameof(EndsOnForgery), nameof(AccountStoreSpec.A_token_that_never_was_one_ends_nothing) },
        { nameof(RotatesInTwoSteps), nameof(AccountStoreSpec.Of_many_tries_with_one_token_one_succeeds) },
        { nameof(NeverProlongs), nameof(AccountStoreSpec.A_refresh_prolongs_its_log_in) },
        { nameof(ProlongsTheExpired), nameof(AccountStoreSpec.What_has_expired_is_not_prolonged) },
        { nameof(OnlyPretendsToEnd), nameof(AccountStoreSpec.What_was_ended_stays_over) },
        { nameof(EndsEveryLogIn), nameof(AccountStoreSpec.All_log_ins_but_one_are_ended) },
        { nameof(KeepsTheRoleOfLogIn), nameof(AccountStoreSpec.A_log_in_has_the_role_its_account_has_now) },
        { nameof(LeavesRefusedCredentials), nameof(AccountStoreSpec.A_refused_account_leaves_nothing_behind) },
        { nameof(HidesSuspension), nameof(AccountStoreSpec.Who_is_suspended_is_told_so_with_a_token_of_a_log_in_that_is_over) },
        { nameof(TellsNoDemotion), nameof(AccountStoreSpec.Whoever_asks_again_and_again_knows_every_role_and_suspension) },
        { nameof(TellsWhatWasKnown), nameof(AccountStoreSpec.Whoever_asks_again_and_again_knows_every_role_and_suspension) },
        { nameof(EndsInSilence), nameof(AccountStoreSpec.Whoever_asks_again_and_again_knows_what_was_ended) },
        { nameof(KeepsWhomItRefuses), nameof(AccountStoreSpec.A_guest_who_asks_for_a_name_that_is_taken_stays_a_guest) },
        { nameof(KeepsAnybody), nameof(AccountStoreSpec.Only_a_guest_becomes_an_account) },
        { nameof(FindsThePresent), nameof(AccountStoreSpec.Guests_are_absent_who_have_not_come_since_and_are_deleted_unless_they_come) },
        { nameof(DeletesThePresent), nameof(AccountStoreSpec.Guests_are_absent_who_have_not_come_since_and_are_deleted_unless_they_come) },
        { nameof(ForgetsSuspension), nameof(AccountStoreSpec.A_suspended_account_holds_no_log_in) },
    };

    [Theory]
    [MemberData(nameof(Doubles))]
    public async Task The_specification_finds_the_broken_promise(string broken, string promise)
    {
        var run = new Run(broken);
        await run.InitializeAsync();
        try
        {
            var test = typeof(AccountStoreSpec).GetMethod(promise)!;
            var failure = await Record.ExceptionAsync(() => (Task)test.Invoke(run, null)!);
            Assert.IsAssignableFrom<Xunit.Sdk.XunitException>(failure);
        }
        finally
        {
            await run.DisposeAsync();
        }
    }

    // Private, so that the runner does not take its failures for its own.
    private sealed class Run(string broken) : SqliteAccountStoreTests
    {
        protected override async Task<IAccountStore> OpenAsync() =>
            (IAccountStore)Activator.CreateInstance(typeof(BrokenAccountStoreTests).GetNestedType(broken, System.Reflection.BindingFlags.NonPublic)!, await base.OpenAsync())!;
    }

    private abstract class Honest(IAccountStore store) : IAccountStore
    {
        protected IAccountStore Store => store;

        public virtual ValueTask<Error?> AddAsync(Account account, Credentials? credentials, CancellationToken ct) => store.AddAsync(account, credentials, ct);

        public virtual ValueTask<Account?> FindAsync(UserId id, CancellationToken ct) => store.FindAsync(id, ct);

        public virtual ValueTask<IReadOnlyList<Account>> FindByIdsAsync(IReadOnlyCollection<UserId> ids, CancellationToken ct) => store.FindByIdsAsync(ids, ct);

        public virtual ValueTask<IReadOnlyList<Account>> FindByUsernamesAsync(IReadOnlyCollection<string> usernames, CancellationToken ct) => store.FindByUsernamesAsync(usernames, ct);

        public virtual ValueTask<Account?> FindByEmailAsync(string email, CancellationToken ct) => store.FindByEmailAsync(email, ct);

        public virtual ValueTask<bool> ReplaceAsync(Account account, CancellationToken ct) => store.ReplaceAsync(account, ct);

        public virtual ValueTask<Error?> KeepGuestAsync(Account account, Credentials credentials, CancellationToken ct) => store.KeepGuestAsync(account, credentials, ct);

        public virtual ValueTask<IReadOnlyList<UserId>> AbsentGuestsAsync(DateTimeOffset since, UserId? after, int limit, CancellationToken ct) => store.AbsentGuestsAsync(since, after, limit, ct);

        public virtual ValueTask<bool> DeleteGuestAsync(UserId id, DateTimeOffset since, CancellationToken ct) => store.DeleteGuestAsync(id, since, ct);

        public virtual ValueTask<Credentials?> FindCredentialsAsync(UserId id, CancellationToken ct) => store.FindCredentialsAsync(id, ct);

        public virtual ValueTask<bool> ReplaceCredentialsAsync(Credentials credentials, CancellationToken ct) => store.ReplaceCredentialsAsync(credentials, ct);

        public virtual ValueTask<bool> AddSessionAsync(LoginSession session, DateTimeOffset? passwordChangedAt, CancellationToken ct) => store.AddSessionAsync(session, passwordChangedAt, ct);

        public virtual ValueTask<Rotation> RotateAsync(Guid sessionId, RefreshHashes presented, NextRefresh next, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken ct) =>
            store.RotateAsync(sessionId, presented, next, now, expiresAt, ct);

        public virtual ValueTask<bool> EndSessionAsync(Guid sessionId, DateTimeOffset now, CancellationToken ct) => store.EndSessionAsync(sessionId, now, ct);

        public virtual ValueTask<IReadOnlyList<Guid>> EndSessionsAsync(UserId userId, Guid? except, DateTimeOffset now, CancellationToken ct) => store.EndSessionsAsync(userId, except, now, ct);

        public virtual ValueTask<AccountChanges> ChangesAsync(long after, DateTimeOffset endedAfter, CancellationToken ct) => store.ChangesAsync(after, endedAfter, ct);

        public virtual ValueTask<Standing> StandingAsync(IReadOnlyCollection<Guid> sessions, IReadOnlyCollection<UserId> users, DateTimeOffset now, CancellationToken ct) =>
            store.StandingAsync(sessions, users, now, ct);
    }

    private sealed class KeepsWhomItRefuses(IAccountStore store) : Honest(store)
    {
        public override async ValueTask<Error?> KeepGuestAsync(Account account, Credentials credentials, CancellationToken ct)
        {
            var refused = await Store.KeepGuestAsync(account, credentials, ct);
            if (refused is not null)
                await Store.KeepGuestAsync(account with { Username = account.Username + "_", Email = null }, credentials, ct);
            return refused;
        }
    }

    private sealed class KeepsAnybody(IAccountStore store) : Honest(store)
    {
        public override async ValueTask<Error?> KeepGuestAsync(Account account, Credentials credentials, CancellationToken ct) =>
            await Store.KeepGuestAsync(account, credentials, ct) is { } refused && refused != Error.StateConflict ? refused : null;
    }

    private sealed class FindsThePresent(IAccountStore store) : Honest(store)
    {
        public override ValueTask<IReadOnlyList<UserId>> AbsentGuestsAsync(DateTimeOffset since, UserId? after, int limit, CancellationToken ct) => Store.AbsentGuestsAsync(since.AddDays(99), after, limit, ct);
    }

    private sealed class DeletesThePresent(IAccountStore store) : Honest(store)
    {
        public override ValueTask<bool> DeleteGuestAsync(UserId id, DateTimeOffset since, CancellationToken ct) => Store.DeleteGuestAsync(id, since.AddDays(99), ct);
    }

    private sealed class FindsOneOfMany(IAccountStore store) : Honest(store)
    {
        public override async ValueTask<IReadOnlyList<Account>> FindByIdsAsync(IReadOnlyCollection<UserId> ids, CancellationToken ct) =>
            await Store.FindAsync(ids.First(), ct) is { } account ? [account] : [];
    }

    private sealed class KeepsCaseApart(IAccountStore store) : Honest(store)
    {
        public override async ValueTask<IReadOnlyList<Account>> FindByUsernamesAsync(IReadOnlyCollection<string> usernames, CancellationToken ct) =>
            [.. (await Store.FindByUsernamesAsync(usernames, ct)).Where(account => usernames.Contains(account.Username, StringComparer.Ordinal))];
    }

    private sealed class KeepsCaseOfEmailsApart(IAccountStore store) : Honest(store)
    {
        public override async ValueTask<Account?> FindByEmailAsync(string email, CancellationToken ct) =>
            await Store.FindByEmailAsync(email, ct) is { } account && account.Email == email ? account : null;
    }

    private sealed class LastChangeWins(IAccountStore store) : Honest(store)
    {
        public override async ValueTask<bool> ReplaceAsync(Account account, CancellationToken ct) =>
            await Store.FindAsync(account.Id, ct) is { } now && await Store.ReplaceAsync(account with { Version = now.Version }, ct);
    }

    private sealed class LosesGuesses(IAccountStore store) : Honest(store)
    {
        public override async ValueTask<bool> ReplaceCredentialsAsync(Credentials credentials, CancellationToken ct)
        {
            while (await Store.FindCredentialsAsync(credentials.UserId, ct) is { } now)
                if (await Store.ReplaceCredentialsAsync(credentials with { Version = now.Version }, ct))
                    return true;
            return false;
        }
    }

    private sealed class ForgivesReuse(IAccountStore store) : Honest(store)
    {
        private readonly HashSet<string> _used = [];

        public override ValueTask<Rotation> RotateAsync(Guid sessionId, RefreshHashes presented, NextRefresh next, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken ct) =>
            _used.Add(Convert.ToHexString(presented.Secret.Span))
                ? Store.RotateAsync(sessionId, presented, next, now, expiresAt, ct)
                : new(new Rotation(RotationOutcome.Unknown, default));
    }

    private sealed class IgnoresANewPassword(IAccountStore store) : Honest(store)
    {
        public override ValueTask<bool> AddSessionAsync(LoginSession session, DateTimeOffset? passwordChangedAt, CancellationToken ct) => Store.AddSessionAsync(session, null, ct);
    }

    private sealed class ForgivesLateReuse(IAccountStore store) : Honest(store)
    {
        private DateTimeOffset? _first;

        public override ValueTask<Rotation> RotateAsync(Guid sessionId, RefreshHashes presented, NextRefresh next, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken ct) =>
            Store.RotateAsync(sessionId, presented, next, _first ??= now, expiresAt, ct);
    }

    private sealed class EndsOnEveryReuse(IAccountStore store) : Honest(store)
    {
        public override async ValueTask<Rotation> RotateAsync(Guid sessionId, RefreshHashes presented, NextRefresh next, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken ct)
        {
            var rotation = await Store.RotateAsync(sessionId, presented, next, now, expiresAt, ct);
            if (rotation.Outcome != RotationOutcome.Repeated)
                return rotation;
            await Store.EndSessionAsync(sessionId, now, ct);
            return new Rotation(RotationOutcome.Reused, rotation.UserId);
        }
    }

    private sealed class EndsOnForgery(IAccountStore store) : Honest(store)
    {
        public override async ValueTask<Rotation> RotateAsync(Guid sessionId, RefreshHashes presented, NextRefresh next, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken ct)
        {
            var rotation = await Store.RotateAsync(sessionId, presented, next, now, expiresAt, ct);
            if (rotation.Outcome == RotationOutcome.Unknown)
                await Store.EndSessionAsync(sessionId, now, ct);
            return rotation;
        }
    }

    private sealed class RotatesInTwoSteps(IAccountStore store) : Honest(store)
    {
        private readonly Barrier _read = new(8);
        private RefreshHashes? _newest;

        public override ValueTask<bool> AddSessionAsync(LoginSession session, DateTimeOffset? passwordChangedAt, CancellationToken ct)
        {
            _newest = session.Hashes;
            return Store.AddSessionAsync(session, passwordChangedAt, ct);
        }

        public override ValueTask<Rotation> RotateAsync(Guid sessionId, RefreshHashes presented, NextRefresh next, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken ct)
        {
            var isNewest = presented.Secret.Span.SequenceEqual(_newest!.Secret.Span);
            _read.SignalAndWait(TimeSpan.FromSeconds(30), ct);
            if (isNewest)
                _newest = _newest with { Secret = next.Secret };
            return new(new Rotation(isNewest ? RotationOutcome.Rotated : RotationOutcome.Reused, default));
        }
    }

    private sealed class NeverProlongs(IAccountStore store) : Honest(store)
    {
        public override ValueTask<Rotation> RotateAsync(Guid sessionId, RefreshHashes presented, NextRefresh next, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken ct) =>
            Store.RotateAsync(sessionId, presented, next, now, expiresAt.AddDays(-1), ct);
    }

    private sealed class ProlongsTheExpired(IAccountStore store) : Honest(store)
    {
        public override ValueTask<Rotation> RotateAsync(Guid sessionId, RefreshHashes presented, NextRefresh next, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken ct) =>
            Store.RotateAsync(sessionId, presented, next, now.AddSeconds(-1), expiresAt, ct);
    }

    private sealed class OnlyPretendsToEnd(IAccountStore store) : Honest(store)
    {
        private readonly HashSet<Guid> _ended = [];

        public override async ValueTask<bool> EndSessionAsync(Guid sessionId, DateTimeOffset now, CancellationToken ct) =>
            (await Store.StandingAsync([sessionId], [], now, ct)).Sessions.Count > 0 && _ended.Add(sessionId);
    }

    private sealed class EndsEveryLogIn(IAccountStore store) : Honest(store)
    {
        public override ValueTask<IReadOnlyList<Guid>> EndSessionsAsync(UserId userId, Guid? except, DateTimeOffset now, CancellationToken ct) =>
            Store.EndSessionsAsync(userId, null, now, ct);
    }

    private sealed class KeepsTheRoleOfLogIn(IAccountStore store) : Honest(store)
    {
        private readonly Dictionary<Guid, Role> _roles = [];

        public override async ValueTask<bool> AddSessionAsync(LoginSession session, DateTimeOffset? passwordChangedAt, CancellationToken ct)
        {
            _roles[session.Id] = (await Store.FindAsync(session.UserId, ct))!.Role;
            return await Store.AddSessionAsync(session, passwordChangedAt, ct);
        }

        public override async ValueTask<Standing> StandingAsync(IReadOnlyCollection<Guid> sessions, IReadOnlyCollection<UserId> users, DateTimeOffset now, CancellationToken ct)
        {
            var standing = await Store.StandingAsync(sessions, users, now, ct);
            return standing with { Sessions = standing.Sessions.Keys.ToDictionary(id => id, id => _roles[id]) };
        }
    }

    private sealed class LeavesRefusedCredentials(IAccountStore store) : Honest(store)
    {
        private readonly Dictionary<UserId, Credentials> _left = [];

        public override async ValueTask<Error?> AddAsync(Account account, Credentials? credentials, CancellationToken ct)
        {
            var error = await Store.AddAsync(account, credentials, ct);
            if (error is not null && credentials is not null)
                _left[account.Id] = credentials;
            return error;
        }

        public override async ValueTask<Credentials?> FindCredentialsAsync(UserId id, CancellationToken ct) =>
            await Store.FindCredentialsAsync(id, ct) ?? _left.GetValueOrDefault(id);
    }

    private sealed class HidesSuspension(IAccountStore store) : Honest(store)
    {
        public override async ValueTask<Rotation> RotateAsync(Guid sessionId, RefreshHashes presented, NextRefresh next, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken ct) =>
            await Store.RotateAsync(sessionId, presented, next, now, expiresAt, ct) is { Outcome: not RotationOutcome.Suspended } rotation ? rotation : new Rotation(RotationOutcome.Unknown, default);
    }

    private sealed class TellsNoDemotion(IAccountStore store) : Honest(store)
    {
        public override async ValueTask<AccountChanges> ChangesAsync(long after, DateTimeOffset endedAfter, CancellationToken ct)
        {
            var changes = await Store.ChangesAsync(after, endedAfter, ct);
            return changes with { Accounts = [.. changes.Accounts.Where(account => account.Role > Role.Viewer)] };
        }
    }

    private sealed class TellsWhatWasKnown(IAccountStore store) : Honest(store)
    {
        public override async ValueTask<AccountChanges> ChangesAsync(long after, DateTimeOffset endedAfter, CancellationToken ct) =>
            await Store.ChangesAsync(0, endedAfter, ct);
    }

    private sealed class EndsInSilence(IAccountStore store) : Honest(store)
    {
        private readonly HashSet<Guid> _silent = [];

        public override async ValueTask<IReadOnlyList<Guid>> EndSessionsAsync(UserId userId, Guid? except, DateTimeOffset now, CancellationToken ct)
        {
            var ended = await Store.EndSessionsAsync(userId, except, now, ct);
            _silent.UnionWith(ended);
            return ended;
        }

        public override async ValueTask<AccountChanges> ChangesAsync(long after, DateTimeOffset endedAfter, CancellationToken ct)
        {
            var changes = await Store.ChangesAsync(after, endedAfter, ct);
            return changes with { EndedSessions = [.. changes.EndedSessions.Where(id => !_silent.Contains(id))] };
        }
    }

    private sealed class ForgetsSuspension(IAccountStore store) : Honest(store)
    {
        public override ValueTask<bool> ReplaceAsync(Account account, CancellationToken ct) => Store.ReplaceAsync(account with { Status = AccountStatus.Active }, ct);
    }
}
