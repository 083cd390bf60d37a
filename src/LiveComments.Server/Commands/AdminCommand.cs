using System.CommandLine;
using LiveComments.Accounts;
using LiveComments.Server.Auth;
using LiveComments.Server.Auth.Passwords;
using LiveComments.Server.Startup;
using Spectre.Console;

namespace LiveComments.Server.Commands;

/// <summary><c>admin</c>: what somebody with the data folder may do to accounts, beside a running server or without one.</summary>
internal static class AdminCommand
{
    /// <summary>A running server commits several times a second: a command that finds the database taken asks again.</summary>
    private const int Tries = 20;

    private const int MaxReason = 200;

    public static void AddTo(RootCommand root, CommandLine line)
    {
        Option<string> username = new("--username") { Description = "3-30 of A-Z a-z 0-9 _ . -, not ending with . or -.", Required = true };
        Option<string> email = new("--email") { Description = "The account's e-mail address.", Required = true };
        Option<bool> removeTotp = new("--remove-totp") { Description = "Also takes the authenticator away, for when it was lost." };
        Option<string> role = new("--role") { Description = "administrator, moderator (of every event) or viewer.", Required = true };
        role.AcceptOnlyFromAmong("administrator", "moderator", "viewer");

        Command create = new("create", "Creates an administrator. The password is read from the standard input.") { username, email };
        // The first administrator may be there before the first start.
        create.SetAction((result, ct) => RunAsync(line, result, (services, cancel) => CreateAsync(services, result.GetValue(username)!, result.GetValue(email)!, cancel), ct));
        Command reset = new("reset-password", "Gives an account a new password, read from the standard input, and ends its log-ins.") { username, removeTotp };
        reset.SetAction((result, ct) => ChangeAsync(line, result, (services, cancel) => ResetAsync(services, result.GetValue(username)!, result.GetValue(removeTotp), cancel), ct));
        Command setRole = new("set-role", "Makes an account administrator, moderator or viewer. A running server follows within a second.") { username, role };
        setRole.SetAction((result, ct) => ChangeAsync(line, result, (services, cancel) => ReplaceAsync(services, result.GetValue(username)!, account => account.IsGuest ? throw new CommandException("A guest has no role: ask them to sign up first.") : account with { Role = Roles.Parse(result.GetValue(role))!.Value }, cancel), ct));
        Option<string?> reason = new("--reason") { Description = "Told to the account's owner when they log in: 1-200 characters." };
        Command suspend = new("suspend", "Suspends an account: it neither logs in nor writes, its log-ins and open streams end within a second.") { username, reason };
        suspend.SetAction((result, ct) => ChangeAsync(line, result, (services, cancel) => SuspendAsync(services, result.GetValue(username)!, result.GetValue(reason), cancel), ct));
        Command restore = new("restore", "Restores a suspended account: it may log in again.") { username };
        restore.SetAction((result, ct) => ChangeAsync(line, result, (services, cancel) =>
            ReplaceAsync(services, result.GetValue(username)!, account => account with { Status = AccountStatus.Active, SuspensionReason = null }, cancel), ct));
        Command erase = new("erase", "Deletes an account and everything that it left; this cannot be taken back. A running server does it within seconds, otherwise the next one that starts.") { username };
        erase.SetAction((result, ct) => ChangeAsync(line, result, (services, cancel) => EraseAsync(services, result.GetValue(username)!, cancel), ct));
        root.Subcommands.Add(new Command("admin", "Accounts, by hand; also beside a running server.") { create, reset, setRole, suspend, restore, erase });
    }

    private static Task<int> ChangeAsync(CommandLine line, ParseResult result, Func<IServiceProvider, CancellationToken, Task> work, CancellationToken ct)
    {
        line.Folder(result).MustExist();
        return RunAsync(line, result, work, ct);
    }

    private static async Task<int> RunAsync(CommandLine line, ParseResult result, Func<IServiceProvider, CancellationToken, Task> work, CancellationToken ct)
    {
        await using var app = line.Open(result);
        await work(app.Services, ct);
        return 0;
    }

    private static async Task CreateAsync(IServiceProvider services, string username, string email, CancellationToken ct)
    {
        if (!Username.IsValid(username))
            throw new CommandException("--username is 3-30 of A-Z a-z 0-9 _ . -, not ending with . or -.");
        if (GuestName.IsOne(username))
            throw new CommandException("--username: names of this form are guests'.");
        if (!EmailAddress.IsValid(email))
            throw new CommandException("--email is an e-mail address.");
        var (accounts, time) = (services.GetRequiredService<IAccountStore>(), services.GetRequiredService<TimeProvider>());
        var hash = await HashAsync(services, ReadPassword(), username, email, ct);
        var now = time.GetUtcNow();
        var account = new Account(UserId.New(time), username, email, username, null, Role.Administrator, AccountStatus.Active, "{}", now, now);
        if (await InsistAsync(() => accounts.AddAsync(account, new Credentials(account.Id, hash, now), ct), time, ct) is { } error)
            throw new CommandException($"{error.Title} An account that exists is made administrator with: admin set-role --username {username} --role administrator");
        Console.Out.WriteLine(account.Id);
    }

    private static async Task ResetAsync(IServiceProvider services, string username, bool removeTotp, CancellationToken ct)
    {
        var (accounts, time) = (services.GetRequiredService<IAccountStore>(), services.GetRequiredService<TimeProvider>());
        var account = await FindAsync(accounts, username, time, ct);
        var hash = await HashAsync(services, ReadPassword(), username, account.Email, ct);
        var changed = await InsistAsync(() => services.GetRequiredService<PasswordCheck>().ChangeAsync(account.Id, read =>
        {
            var reset = read with { PasswordHash = hash, PasswordChangedAt = time.GetUtcNow(), LockedUntil = null, ResetHash = null, ResetUntil = null };
            return removeTotp ? reset with { TotpSecret = null, TotpConfirmed = false, TotpLastStep = 0, RecoveryCodes = null } : reset;
        }, ct), time, ct);
        if (changed is null)
            throw new CommandException($"{account.Username} logs in with an external issuer and has no password here.");
        await EndAsync(accounts, account.Id, "The password is the new one", time, ct);
        Console.Out.WriteLine(account.Id);
    }

    private static async Task SuspendAsync(IServiceProvider services, string username, string? reason, CancellationToken ct)
    {
        if (reason is not null && !(reason.Length is > 0 and <= MaxReason && !reason.Any(char.IsControl)))
            throw new CommandException("--reason is 1-200 characters without control characters.");
        var id = await ReplaceAsync(services, username, account => account with { Status = AccountStatus.Suspended, SuspensionReason = reason }, ct);
        await EndAsync(services.GetRequiredService<IAccountStore>(), id, "The account is suspended", services.GetRequiredService<TimeProvider>(), ct);
    }

    private static async Task EraseAsync(IServiceProvider services, string username, CancellationToken ct)
    {
        var time = services.GetRequiredService<TimeProvider>();
        var account = await FindAsync(services.GetRequiredService<IAccountStore>(), username, time, ct);
        await InsistAsync(() => services.GetRequiredService<IPersonalData>().BeginAsync(account.Id, time.GetUtcNow(), ct), time, ct);
        Console.Out.WriteLine(account.Id);
    }

    private static async Task<UserId> ReplaceAsync(IServiceProvider services, string username, Func<Account, Account> change, CancellationToken ct)
    {
        var (accounts, time) = (services.GetRequiredService<IAccountStore>(), services.GetRequiredService<TimeProvider>());
        Account account;
        do
            account = await FindAsync(accounts, username, time, ct);
        while (!await InsistAsync(() => accounts.ReplaceAsync(change(account) with { UpdatedAt = time.GetUtcNow() }, ct), time, ct));
        Console.Out.WriteLine(account.Id);
        return account.Id;
    }

    private static async Task EndAsync(IAccountStore accounts, UserId id, string done, TimeProvider time, CancellationToken ct)
    {
        try
        {
            await InsistAsync(() => accounts.EndSessionsAsync(id, null, time.GetUtcNow(), ct), time, ct);
        }
        catch (StoreUnavailableException e)
        {
            throw new StoreUnavailableException($"{done}, but the log-ins may go on: {e.Message}", outcomeUnknown: true, e);
        }
    }

    private static async Task<Account> FindAsync(IAccountStore accounts, string username, TimeProvider time, CancellationToken ct) =>
        (await InsistAsync(() => accounts.FindByUsernamesAsync([username], ct), time, ct)).SingleOrDefault(account => account.Status != AccountStatus.Erased)
        ?? throw new CommandException($"There is no account {username}.");

    private static async Task<string> HashAsync(IServiceProvider services, string password, string username, string? email, CancellationToken ct)
    {
        if (!PasswordRules.Allow(password, username, email))
            throw new CommandException(Error.WeakPassword.Title);
        using var place = await services.GetRequiredService<PasswordHashing>().TryEnterAsync(SignInSource.Command, ct);
        return await place!.HashAsync(password);
    }

    /// <summary>Read from a pipe's first line, or from a terminal without echo. Never from an argument, which everybody on the machine can see.</summary>
    private static string ReadPassword() => Console.IsInputRedirected
        ? Console.In.ReadLine() ?? ""
        : AnsiConsole.Prompt(new TextPrompt<string>("Password:").Secret(null));

    private static async Task<T> InsistAsync<T>(Func<ValueTask<T>> work, TimeProvider time, CancellationToken ct)
    {
        for (var i = 1; ; i++)
        {
            try
            {
                return await work();
            }
            catch (StoreUnavailableException e) when (i < Tries && !e.OutcomeUnknown)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), time, ct);
            }
        }
    }
}
