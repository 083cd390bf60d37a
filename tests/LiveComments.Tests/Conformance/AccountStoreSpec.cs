using System.Security.Cryptography;
using LiveComments.Accounts;

namespace LiveComments.Tests.Conformance;

/// <summary>What every <see cref="IAccountStore"/> promises.</summary>
public abstract class AccountStoreSpec : IAsyncLifetime
{
    protected static readonly DateTimeOffset Now = new(2026, 1, 31, 20, 0, 0, 123, TimeSpan.Zero);

    protected IAccountStore Store { get; private set; } = null!;

    public async Task InitializeAsync() => Store = await OpenAsync();

    public abstract Task DisposeAsync();

    /// <summary>An empty store.</summary>
    protected abstract Task<IAccountStore> OpenAsync();

    /// <summary>The same store, opened again as after a crash.</summary>
    protected abstract Task<IAccountStore> ReopenAsync();

    [Fact]
    public async Task An_account_is_found_as_it_was_stored()
    {
        var account = NewAccount("Ann", "ann@example.org") with
        {
            DisplayName = "Ann Ünal 🎬",
            AvatarUrl = "https://example.org/a.png",
            Role = Role.Administrator,
            Preferences = """{"theme":"dark"}""",
        };
        Assert.Null(await Store.AddAsync(account, null, default));
        Assert.Equal(account, await Store.FindAsync(account.Id, default));
        Assert.Null(await Store.FindAsync(new UserId(Guid.NewGuid()), default));
    }

    [Fact]
    public async Task Many_ids_are_found_at_once_and_unknown_ones_left_out()
    {
        var (ann, bob) = (await AddAsync("ann"), await AddAsync("bob"));
        await AddAsync("carol");
        var found = await Store.FindByIdsAsync([ann.Id, new UserId(Guid.NewGuid()), bob.Id], default);
        Assert.Equal([ann, bob], found.OrderBy(account => account.Username, StringComparer.Ordinal));
        Assert.Empty(await Store.FindByIdsAsync([], default));
    }

    [Fact]
    public async Task Names_are_found_in_any_case_and_unknown_ones_left_out()
    {
        var (ann, bob) = (await AddAsync("Ann"), await AddAsync("bob"));
        var found = await Store.FindByUsernamesAsync(["aNN", "BOB", "carol"], default);
        Assert.Equal(new[] { ann.Id, bob.Id }.ToHashSet(), found.Select(account => account.Id).ToHashSet());
    }

    [Fact]
    public async Task A_username_is_taken_in_any_case()
    {
        await AddAsync("Ann");
        Assert.Equal(Error.UsernameTaken, await Store.AddAsync(NewAccount("aNN"), null, default));
    }

    [Fact]
    public async Task An_email_address_is_taken_in_any_case()
    {
        Assert.Null(await Store.AddAsync(NewAccount("ann", "ann@example.org"), null, default));
        Assert.Equal(Error.EmailTaken, await Store.AddAsync(NewAccount("bob", "Ann@Example.org"), null, default));
    }

    [Fact]
    public async Task An_email_address_is_found_in_any_case_and_an_unknown_one_is_not()
    {
        var ann = NewAccount("ann", "Ann@Example.org");
        Assert.Null(await Store.AddAsync(ann, null, default));
        await AddAsync("bob");
        Assert.Equal(ann, await Store.FindByEmailAsync("aNN@example.ORG", default));
        Assert.Null(await Store.FindByEmailAsync("bob@example.org", default));
        Assert.Null(await Store.FindByEmailAsync("ann", default));
        Assert.Null(await Store.FindByEmailAsync("%", default));
    }

    [Fact]
    public async Task Many_accounts_have_no_email_address()
    {
        await AddAsync("ann");
        Assert.Null(await Store.AddAsync(NewAccount("bob"), null, default));
    }

    [Fact]
    public async Task An_id_has_one_account()
    {
        var ann = await AddAsync("ann");
        Assert.Equal(Error.StateConflict, await Store.AddAsync(NewAccount("bob") with { Id = ann.Id }, null, default));
        Assert.Equal("ann", (await Store.FindAsync(ann.Id, default))!.Username);
    }

    [Fact]
    public async Task A_refused_account_leaves_nothing_behind()
    {
        await AddAsync("ann");
        var refused = NewAccount("ANN", "free@example.org");
        Assert.NotNull(await Store.AddAsync(refused, NewCredentials(refused.Id), default));
        Assert.Null(await Store.FindAsync(refused.Id, default));
        Assert.Null(await Store.FindCredentialsAsync(refused.Id, default));
        Assert.Null(await Store.AddAsync(NewAccount("bob", "free@example.org"), null, default));
    }

    [Fact]
    public async Task A_change_of_what_is_no_longer_so_is_refused()
    {
        var read = await AddAsync("ann");
        Assert.True(await Store.ReplaceAsync(read with { DisplayName = "first" }, default));
        Assert.False(await Store.ReplaceAsync(read with { DisplayName = "second" }, default));
        var now = (await Store.FindAsync(read.Id, default))!;
        Assert.Equal("first", now.DisplayName);
        Assert.True(await Store.ReplaceAsync(now with { DisplayName = "third", AvatarUrl = "https://a.b/c", Role = Role.Moderator, Preferences = "{}", UpdatedAt = Now.AddDays(1) }, default));
        now = (await Store.FindAsync(read.Id, default))!;
        Assert.Equal(("third", "https://a.b/c", Role.Moderator, Now.AddDays(1)), (now.DisplayName, now.AvatarUrl, now.Role, now.UpdatedAt));
        Assert.False(await Store.ReplaceAsync(NewAccount("bob"), default));
    }

    [Fact]
    public async Task A_guest_becomes_an_account_with_the_same_id_and_log_ins()
    {
        var guest = await GuestAsync();
        var session = NewSession(guest.Id);
        Assert.True(await Store.AddSessionAsync(session, null, default));
        var credentials = NewCredentials(guest.Id);
        Assert.Null(await Store.KeepGuestAsync(guest with { Username = "Ann", Email = "ann@example.org", DisplayName = "Ann the First", UpdatedAt = Now.AddHours(1) }, credentials, default));
        Assert.Equal(guest with { Username = "Ann", Email = "ann@example.org", DisplayName = "Ann the First", UpdatedAt = Now.AddHours(1), Version = guest.Version + 1 }, await Store.FindAsync(guest.Id, default));
        Assert.Equal(credentials, await Store.FindCredentialsAsync(guest.Id, default));
        Assert.Equal(guest.Id, (await Store.FindByEmailAsync("ANN@example.org", default))!.Id);
        Assert.Empty(await Store.FindByUsernamesAsync([guest.Username], default));
        Assert.Contains(session.Id, (await Store.StandingAsync([session.Id], [], Now, default)).Sessions);
        Assert.Empty(await Store.AbsentGuestsAsync(Now.AddYears(1), null, 10, default));
    }

    [Fact]
    public async Task A_guest_who_asks_for_a_name_that_is_taken_stays_a_guest()
    {
        var guest = await GuestAsync();
        Assert.Null(await Store.AddAsync(NewAccount("ann", "ann@example.org"), null, default));
        Assert.Equal(Error.UsernameTaken, await Store.KeepGuestAsync(guest with { Username = "ANN", Email = "other@example.org" }, NewCredentials(guest.Id), default));
        Assert.Equal(Error.EmailTaken, await Store.KeepGuestAsync(guest with { Username = "other", Email = "Ann@Example.org" }, NewCredentials(guest.Id), default));
        Assert.Equal(guest, await Store.FindAsync(guest.Id, default));
        Assert.Null(await Store.FindCredentialsAsync(guest.Id, default));
    }

    [Fact]
    public async Task Only_a_guest_becomes_an_account()
    {
        var ann = await AddAsync("ann", password: false);
        Assert.Equal(Error.StateConflict, await Store.KeepGuestAsync(ann with { Username = "anna", Email = "ann@example.org" }, NewCredentials(ann.Id), default));
        var gone = await GuestAsync();
        Assert.True(await Store.ReplaceAsync(gone with { Status = AccountStatus.Suspended }, default));
        Assert.Equal(Error.StateConflict, await Store.KeepGuestAsync(gone with { Username = "anna", Email = "ann@example.org" }, NewCredentials(gone.Id), default));
        Assert.Equal("ann", (await Store.FindAsync(ann.Id, default))!.Username);
        Assert.Null(await Store.FindCredentialsAsync(ann.Id, default));
    }

    [Fact]
    public async Task Of_many_guests_who_ask_for_one_name_one_gets_it()
    {
        var guests = new List<Account>();
        for (var i = 0; i < 6; i++)
            guests.Add(await GuestAsync());
        var answers = await Task.WhenAll(guests.Select((guest, i) => Task.Run(async () =>
            await Store.KeepGuestAsync(guest with { Username = "ann", Email = $"ann{i}@example.org" }, NewCredentials(guest.Id), default))));
        Assert.Equal(5, answers.Count(answer => answer == Error.UsernameTaken));
        Assert.Single(answers, answer => answer is null);
    }

    [Fact]
    public async Task Guests_are_absent_who_have_not_come_since_and_are_deleted_unless_they_come()
    {
        await AddAsync("ann");
        var (never, absent, present) = (await GuestAsync(), await GuestAsync(), await GuestAsync());
        foreach (var (guest, at) in new[] { (absent, Now.AddDays(1)), (present, Now.AddDays(9)) })
            Assert.True(await Store.AddSessionAsync(NewSession(guest.Id) with { CreatedAt = at }, null, default));
        var found = await Store.AbsentGuestsAsync(Now.AddDays(5), null, 10, default);
        Assert.Equal(new[] { never.Id, absent.Id }.ToHashSet(), found.ToHashSet());
        Assert.Equal([found[0]], await Store.AbsentGuestsAsync(Now.AddDays(5), null, 1, default));
        Assert.Equal([found[1]], await Store.AbsentGuestsAsync(Now.AddDays(5), found[0], 10, default));
        Assert.False(await Store.DeleteGuestAsync(present.Id, Now.AddDays(5), default));
        Assert.NotNull(await Store.FindAsync(present.Id, default));
        Assert.True(await Store.DeleteGuestAsync(absent.Id, Now.AddDays(5), default));
        Assert.Null(await Store.FindAsync(absent.Id, default));
        Assert.False(await Store.DeleteGuestAsync(absent.Id, Now.AddDays(5), default));
        // Who has refreshed their log-in has come.
        var session = NewSession(never.Id);
        Assert.True(await Store.AddSessionAsync(session, null, default));
        Assert.Equal(RotationOutcome.Rotated, (await RotateAsync(session, session.Hashes, Secret(), after: TimeSpan.FromDays(8))).Outcome);
        Assert.False(await Store.DeleteGuestAsync(never.Id, Now.AddDays(5), default));
    }

    [Fact]
    public async Task Credentials_are_found_as_they_were_stored_and_replaced()
    {
        var account = NewAccount("ann");
        var credentials = NewCredentials(account.Id);
        Assert.Null(await Store.AddAsync(account, credentials, default));
        Assert.Equal(credentials, await Store.FindCredentialsAsync(account.Id, default));
        var changed = credentials with
        {
            PasswordHash = "another",
            PasswordChangedAt = Now.AddHours(1),
            TotpSecret = "secret",
            TotpConfirmed = true,
            TotpLastStep = 59_000_000,
            LockedUntil = Now.AddMinutes(4),
            ResetHash = "hash of a link",
            ResetUntil = Now.AddMinutes(30),
            RecoveryCodes = "one another",
        };
        Assert.True(await Store.ReplaceCredentialsAsync(changed, default));
        Assert.Equal(changed, (await Store.FindCredentialsAsync(account.Id, default))! with { Version = changed.Version });
        Assert.Null(await Store.FindCredentialsAsync((await AddAsync("external", password: false)).Id, default));
    }

    [Fact]
    public async Task No_two_guesses_count_as_one()
    {
        var ann = await AddAsync("ann");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            Credentials read;
            do
                read = (await Store.FindCredentialsAsync(ann.Id, default))!;
            while (!await Store.ReplaceCredentialsAsync(read with { LockedUntil = (read.LockedUntil ?? Now) + TimeSpan.FromMinutes(6) }, default));
        })));
        Assert.Equal(Now + 8 * TimeSpan.FromMinutes(6), (await Store.FindCredentialsAsync(ann.Id, default))!.LockedUntil);
    }

    [Fact]
    public async Task Nobody_unknown_logs_in() =>
        Assert.False(await Store.AddSessionAsync(NewSession(new UserId(Guid.NewGuid())), null, default));

    [Fact]
    public async Task A_password_that_was_changed_while_it_was_checked_begins_no_log_in()
    {
        var ann = await AddAsync("ann");
        Assert.True(await Store.AddSessionAsync(NewSession(ann.Id), Now, default));
        var credentials = (await Store.FindCredentialsAsync(ann.Id, default))!;
        Assert.True(await Store.ReplaceCredentialsAsync(credentials with { PasswordHash = "another", PasswordChangedAt = Now.AddSeconds(1) }, default));
        var late = NewSession(ann.Id);
        Assert.False(await Store.AddSessionAsync(late, Now, default));
        Assert.Empty((await Store.StandingAsync([late.Id], [], Now, default)).Sessions);
        Assert.True(await Store.AddSessionAsync(NewSession(ann.Id), Now.AddSeconds(1), default));
        Assert.True(await Store.AddSessionAsync(NewSession(ann.Id), null, default));
    }

    [Fact]
    public async Task Nobody_suspended_logs_in()
    {
        var ann = await AddAsync("ann");
        Assert.True(await Store.ReplaceAsync(ann with { Status = AccountStatus.Suspended }, default));
        Assert.False(await Store.AddSessionAsync(NewSession(ann.Id), null, default));
    }

    [Fact]
    public async Task One_log_in_too_many_ends_the_oldest()
    {
        var (ann, bob) = (await AddAsync("ann"), (await LogInAsync("bob")).Session);
        var sessions = Enumerable.Range(0, LoginSession.EachUser + 1).Select(i => NewSession(ann.Id) with { CreatedAt = Now.AddSeconds(i) }).ToList();
        foreach (var session in sessions[..^1])
            Assert.True(await Store.AddSessionAsync(session, null, default));
        // One that is over makes room before one that holds.
        await Store.EndSessionAsync(sessions[7].Id, Now, default);
        Assert.True(await Store.AddSessionAsync(sessions[^1], null, default));
        Assert.Equal(sessions.Where((_, i) => i != 7).Select(session => session.Id).ToHashSet(), await HoldAsync());
        var newest = NewSession(ann.Id) with { CreatedAt = Now.AddHours(1) };
        Assert.True(await Store.AddSessionAsync(newest, null, default));
        Assert.Equal(sessions.Where((_, i) => i is not 0 and not 7).Select(session => session.Id).Append(newest.Id).ToHashSet(), await HoldAsync(newest));
        Assert.Contains(bob.Id, (await Store.StandingAsync([bob.Id], [], Now, default)).Sessions.Keys);

        async Task<HashSet<Guid>> HoldAsync(params LoginSession[] others) =>
            [.. (await Store.StandingAsync([.. sessions.Concat(others).Select(session => session.Id)], [], Now, default)).Sessions.Keys];
    }

    [Fact]
    public async Task A_refresh_token_is_exchanged_for_the_next()
    {
        var (ann, session) = await LogInAsync("ann");
        var second = Secret();
        Assert.Equal(new Rotation(RotationOutcome.Rotated, ann.Id), await RotateAsync(session, session.Hashes, second));
        Assert.Equal(RotationOutcome.Rotated, (await RotateAsync(session, session.Hashes with { Secret = second }, Secret())).Outcome);
    }

    [Fact]
    public async Task A_refresh_token_that_is_used_again_ends_its_log_in()
    {
        var (_, session) = await LogInAsync("ann");
        var (second, third) = (Secret(), Secret());
        await RotateAsync(session, session.Hashes, second);
        await RotateAsync(session, session.Hashes with { Secret = second }, third);
        Assert.Equal(RotationOutcome.Reused, (await RotateAsync(session, session.Hashes, Secret())).Outcome);
        Assert.Equal(RotationOutcome.Unknown, (await RotateAsync(session, session.Hashes with { Secret = third }, Secret())).Outcome);
        Assert.Empty((await Store.StandingAsync([session.Id], [], Now, default)).Sessions);
    }

    [Fact]
    public async Task A_token_that_never_was_one_ends_nothing()
    {
        var (_, session) = await LogInAsync("ann");
        Assert.Equal(RotationOutcome.Unknown, (await RotateAsync(session, new RefreshHashes(Secret(), session.Hashes.Secret), Secret())).Outcome);
        Assert.Equal(RotationOutcome.Unknown, (await RotateAsync(session, new RefreshHashes(Secret(), Secret()), Secret())).Outcome);
        Assert.Equal(RotationOutcome.Rotated, (await RotateAsync(session, session.Hashes, Secret())).Outcome);
    }

    [Fact]
    public async Task Of_many_tries_with_one_token_one_succeeds()
    {
        var (_, session) = await LogInAsync("ann");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => (await RotateAsync(session, session.Hashes, Secret())).Outcome)));
        Assert.Single(outcomes, RotationOutcome.Rotated);
        Assert.Equal(7, outcomes.Count(outcome => outcome == RotationOutcome.Repeated));
    }

    [Fact]
    public async Task A_refresh_token_gives_the_same_answer_again_for_a_minute()
    {
        var (ann, session) = await LogInAsync("ann");
        var (second, third) = (Secret(), Secret());
        await RotateAsync(session, session.Hashes, second, "second");
        Assert.Equal(new Rotation(RotationOutcome.Repeated, ann.Id, "second"), await RotateAsync(session, session.Hashes, Secret(), "other", Rotation.Repeatable - TimeSpan.FromMilliseconds(1)));
        // What was given is still the newest, and the one before it only until the newest was exchanged as well.
        await RotateAsync(session, session.Hashes with { Secret = second }, third, "third");
        Assert.Equal(new Rotation(RotationOutcome.Repeated, ann.Id, "third"), await RotateAsync(session, session.Hashes with { Secret = second }, Secret(), "other"));
        Assert.Equal(new Rotation(RotationOutcome.Reused, ann.Id), await RotateAsync(session, session.Hashes, Secret(), "other"));
    }

    [Fact]
    public async Task A_refresh_token_that_is_used_again_after_a_minute_ends_its_log_in()
    {
        var (_, session) = await LogInAsync("ann");
        var second = Secret();
        await RotateAsync(session, session.Hashes, second);
        Assert.Equal(RotationOutcome.Reused, (await RotateAsync(session, session.Hashes, Secret(), after: Rotation.Repeatable)).Outcome);
        Assert.Equal(RotationOutcome.Unknown, (await RotateAsync(session, session.Hashes with { Secret = second }, Secret())).Outcome);
    }

    [Fact]
    public async Task A_refresh_prolongs_its_log_in()
    {
        var (_, session) = await LogInAsync("ann");
        var second = Secret();
        await Store.RotateAsync(session.Id, session.Hashes, new NextRefresh(second, ""), Now, session.ExpiresAt.AddDays(1), default);
        Assert.Contains(session.Id, (await Store.StandingAsync([session.Id], [], session.ExpiresAt.AddHours(1), default)).Sessions.Keys);
        Assert.Equal(RotationOutcome.Rotated, (await Store.RotateAsync(
            session.Id, session.Hashes with { Secret = second }, new NextRefresh(Secret(), ""), session.ExpiresAt.AddHours(1), session.ExpiresAt.AddDays(2), default)).Outcome);
    }

    [Fact]
    public async Task What_has_expired_is_not_prolonged()
    {
        var (_, session) = await LogInAsync("ann");
        var at = session.ExpiresAt;
        Assert.Equal(RotationOutcome.Unknown, (await Store.RotateAsync(session.Id, session.Hashes, new NextRefresh(Secret(), ""), at, at.AddDays(1), default)).Outcome);
        Assert.Empty((await Store.StandingAsync([session.Id], [], at, default)).Sessions);
    }

    [Fact]
    public async Task What_was_ended_stays_over()
    {
        var (_, session) = await LogInAsync("ann");
        Assert.True(await Store.EndSessionAsync(session.Id, Now, default));
        Assert.False(await Store.EndSessionAsync(session.Id, Now, default));
        Assert.False(await Store.EndSessionAsync(Guid.NewGuid(), Now, default));
        Assert.Equal(RotationOutcome.Unknown, (await RotateAsync(session, session.Hashes, Secret())).Outcome);
        Assert.Empty((await Store.StandingAsync([session.Id], [], Now, default)).Sessions);
    }

    [Fact]
    public async Task All_log_ins_but_one_are_ended()
    {
        var (ann, kept) = await LogInAsync("ann");
        var (_, others) = await LogInAsync("bob");
        var (second, third, over) = (NewSession(ann.Id), NewSession(ann.Id), NewSession(ann.Id));
        foreach (var session in (LoginSession[])[second, third, over])
            Assert.True(await Store.AddSessionAsync(session, null, default));
        await Store.EndSessionAsync(over.Id, Now, default);
        Assert.Equal(new[] { second.Id, third.Id }.ToHashSet(), (await Store.EndSessionsAsync(ann.Id, kept.Id, Now, default)).ToHashSet());
        Assert.Equal(new[] { kept.Id, others.Id }.ToHashSet(),
            (await Store.StandingAsync([kept.Id, second.Id, third.Id, over.Id, others.Id], [], Now, default)).Sessions.Keys.ToHashSet());
        Assert.Equal([kept.Id], await Store.EndSessionsAsync(ann.Id, null, Now, default));
    }

    [Fact]
    public async Task A_log_in_has_the_role_its_account_has_now()
    {
        var (ann, session) = await LogInAsync("ann");
        Assert.Equal(Role.Viewer, (await Store.StandingAsync([session.Id], [], Now, default)).Sessions[session.Id]);
        Assert.True(await Store.ReplaceAsync(ann with { Role = Role.Administrator }, default));
        Assert.Equal(Role.Administrator, (await Store.StandingAsync([session.Id], [], Now, default)).Sessions[session.Id]);
    }

    [Fact]
    public async Task A_suspended_account_holds_no_log_in()
    {
        var (ann, session) = await LogInAsync("ann");
        var stranger = new UserId(Guid.NewGuid());
        Assert.Empty((await Store.StandingAsync([session.Id], [ann.Id, stranger], Now, default)).Suspended);
        Assert.True(await Store.ReplaceAsync(ann with { Status = AccountStatus.Suspended }, default));
        var standing = await Store.StandingAsync([session.Id], [ann.Id, stranger], Now, default);
        Assert.Empty(standing.Sessions);
        Assert.Equal([ann.Id], standing.Suspended);
        Assert.Equal(new Rotation(RotationOutcome.Suspended, ann.Id), await RotateAsync(session, session.Hashes, Secret()));
    }

    [Fact]
    public async Task Who_is_suspended_is_told_so_with_a_token_of_a_log_in_that_is_over()
    {
        var (ann, session) = await LogInAsync("ann");
        Assert.True(await Store.ReplaceAsync(ann with { Status = AccountStatus.Suspended, SuspensionReason = "advertises" }, default));
        var suspended = (await Store.FindAsync(ann.Id, default))!;
        Assert.Equal("advertises", suspended.SuspensionReason);
        await Store.EndSessionsAsync(ann.Id, null, Now, default);
        Assert.Equal(RotationOutcome.Suspended, (await RotateAsync(session, session.Hashes, Secret())).Outcome);
        // Not to who only knows the log-in's id.
        Assert.Equal(RotationOutcome.Unknown, (await RotateAsync(session, new RefreshHashes(Secret(), session.Hashes.Secret), Secret())).Outcome);
        Assert.True(await Store.ReplaceAsync(suspended with { Status = AccountStatus.Active, SuspensionReason = null }, default));
        Assert.Equal(RotationOutcome.Unknown, (await RotateAsync(session, session.Hashes, Secret())).Outcome);
        Assert.True(await Store.AddSessionAsync(NewSession(ann.Id), null, default));
    }

    [Fact]
    public async Task Whoever_asks_again_and_again_knows_every_role_and_suspension()
    {
        var changes = await ChangesAsync(0);
        var (ann, _) = await LogInAsync("ann");
        var root = NewAccount("root") with { Role = Role.Administrator };
        Assert.Null(await Store.AddAsync(root, null, default));
        changes = await ChangesAsync(changes.Change);
        Assert.Equal([root.Standing], changes.Accounts);

        Assert.True(await Store.ReplaceAsync(ann with { Role = Role.Moderator }, default));
        ann = (await Store.FindAsync(ann.Id, default))!;
        changes = await ChangesAsync(changes.Change);
        Assert.Equal([ann.Standing], changes.Accounts);
        Assert.Equal(Role.Moderator, ann.Standing.Role);

        // Another name is nothing to be told of.
        Assert.True(await Store.ReplaceAsync(ann with { DisplayName = "Ann" }, default));
        ann = (await Store.FindAsync(ann.Id, default))!;
        Assert.Empty((await ChangesAsync(changes.Change)).Accounts);
        Assert.True(await Store.ReplaceAsync(ann with { Role = Role.Viewer, Status = AccountStatus.Suspended }, default));
        ann = (await Store.FindAsync(ann.Id, default))!;
        Assert.Equal([ann.Standing], (await ChangesAsync(changes.Change)).Accounts);
        // Refused changes are none.
        Assert.False(await Store.ReplaceAsync(ann with { Version = 0, Status = AccountStatus.Active }, default));
        Assert.Equal(new[] { root.Standing, ann.Standing }.ToHashSet(), (await ChangesAsync(0)).Accounts.ToHashSet());
    }

    [Fact]
    public async Task Whoever_asks_again_and_again_knows_what_was_ended()
    {
        var (ann, first) = await LogInAsync("ann");
        var (second, third) = (NewSession(ann.Id), NewSession(ann.Id));
        foreach (var session in (LoginSession[])[second, third])
            Assert.True(await Store.AddSessionAsync(session, null, default));
        var changes = await ChangesAsync(0);
        Assert.Empty(changes.EndedSessions);

        await Store.EndSessionAsync(first.Id, Now, default);
        changes = await ChangesAsync(changes.Change);
        Assert.Equal([first.Id], changes.EndedSessions);
        await Store.EndSessionsAsync(ann.Id, null, Now.AddMinutes(5), default);
        var before = changes.Change;
        changes = await ChangesAsync(before);
        Assert.Equal(new[] { second.Id, third.Id }.ToHashSet(), changes.EndedSessions.ToHashSet());

        var (_, stolen) = await LogInAsync("bob");
        await RotateAsync(stolen, stolen.Hashes, Secret());
        Assert.Equal(RotationOutcome.Reused, (await RotateAsync(stolen, stolen.Hashes, Secret(), after: Rotation.Repeatable)).Outcome);
        Assert.Equal([stolen.Id], (await ChangesAsync(changes.Change)).EndedSessions);

        // Tokens of what ended long ago have expired.
        Assert.Equal(new[] { second.Id, third.Id }.ToHashSet(), (await Store.ChangesAsync(0, Now.AddMinutes(4), default)).EndedSessions.ToHashSet());
        Store = await ReopenAsync();
        Assert.Equal(new[] { second.Id, third.Id }.ToHashSet(), (await ChangesAsync(before, Now.AddMinutes(4))).EndedSessions.ToHashSet());
    }

    [Fact]
    public async Task Everything_is_there_after_opening_again()
    {
        var (ann, session) = await LogInAsync("ann");
        var second = Secret();
        await RotateAsync(session, session.Hashes, second);
        Store = await ReopenAsync();
        Assert.Equal(ann, await Store.FindAsync(ann.Id, default));
        Assert.NotNull(await Store.FindCredentialsAsync(ann.Id, default));
        Assert.Equal(RotationOutcome.Rotated, (await RotateAsync(session, session.Hashes with { Secret = second }, Secret())).Outcome);
    }

    private ValueTask<AccountChanges> ChangesAsync(long after, DateTimeOffset? endedAfter = null) => Store.ChangesAsync(after, endedAfter ?? Now.AddMinutes(-15), default);

    private static Account NewAccount(string username, string? email = null) =>
        new(new UserId(Guid.NewGuid()), username, email, username, null, Role.Viewer, AccountStatus.Active, "{}", Now, Now);

    private static Credentials NewCredentials(UserId id) => new(id, "hash", Now);

    private static LoginSession NewSession(UserId id) =>
        new(Guid.NewGuid(), id, new RefreshHashes(Secret(), Secret()), Now, Now.AddDays(30), "127.0.0.1", "a browser");

    private static ReadOnlyMemory<byte> Secret() => RandomNumberGenerator.GetBytes(32);

    private async Task<Account> AddAsync(string username, bool password = true)
    {
        var account = NewAccount(username);
        Assert.Null(await Store.AddAsync(account, password ? NewCredentials(account.Id) : null, default));
        return account;
    }

    private async Task<Account> GuestAsync()
    {
        var account = NewAccount(GuestName.New()) with { DisplayName = "Ann" };
        Assert.Null(await Store.AddAsync(account, null, default));
        return account;
    }

    private async Task<(Account Account, LoginSession Session)> LogInAsync(string username)
    {
        var account = await AddAsync(username);
        var session = NewSession(account.Id);
        Assert.True(await Store.AddSessionAsync(session, null, default));
        return (account, session);
    }

    private ValueTask<Rotation> RotateAsync(LoginSession session, RefreshHashes presented, ReadOnlyMemory<byte> next, string answer = "", TimeSpan after = default) =>
        Store.RotateAsync(session.Id, presented, new NextRefresh(next, answer), Now + after, session.ExpiresAt, default);
}
