using LiveComments.Accounts;
using LiveComments.Caching;
using LiveComments.Server.Auth.Passwords;
using LiveComments.Server.Mail;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Auth.Forgotten;

/// <summary>
/// Writes to people about their password. Who has an account is looked up when a message is made, beside the request: the request is answered alike and as fast whether somebody has the address or not.
/// </summary>
internal sealed class PasswordMail(MailQueue queue, IAccountStore accounts, PasswordCheck check, IOptions<MailOptions> options, TimeProvider time)
{
    /// <summary>How long a link is good: long enough for a message that is slow, and short for one that lies about.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    /// <summary>Links for one account in an hour, from whatever address they are asked. More would be a nuisance to its owner, and each takes the place of the one before.</summary>
    private const int EachHour = 3;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    // Used by the queue's one reader. At about 150 bytes each, 10 MB; an account that is forgotten may be written to again.
    private readonly BoundedCache<UserId, (int Times, DateTimeOffset Until)> _written = new(65_536);

    /// <summary>Whether messages are sent at all.</summary>
    public bool IsOn => options.Value.IsOn;

    /// <summary>Has a link sent to whoever has an account with this address; false when too many messages wait.</summary>
    public bool TrySendLink(string email) => queue.TryAdd(MailKind.ForgottenPassword, ct => LinkAsync(email, ct));

    /// <summary>Tells an account's owner that the password is another one.</summary>
    public void TellChanged(Account account)
    {
        if (!IsOn || account.Email is not { } email)
            return;
        var text = $"""
            The password of the account {account.Username} at {options.Value.Page("")} was changed.

            If it was not you, choose another one at once:

            {options.Value.Page("password")}

            """;
        queue.TryAdd(MailKind.PasswordChanged, _ => new(new Message(email, "Your password was changed", text)));
    }

    private async ValueTask<Message?> LinkAsync(string email, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (await accounts.FindByEmailAsync(email, ct) is not { Status: AccountStatus.Active, Email: { } address } account)
            return null;
        var (times, until) = _written.TryGet(account.Id, out var known) && known.Until > now ? known : (0, now + Hour);
        if (times >= EachHour)
            return null;
        var token = ResetToken.For(account.Id);
        if (await check.ChangeAsync(account.Id, read => read with { ResetHash = token.Hash, ResetUntil = now + Lifetime }, ct) is null)
            return null;
        _written.Set(account.Id, (times + 1, until), _written.Stamp);
        return new Message(address, "Choose a new password", $"""
            Somebody asked for a new password of the account {account.Username} at {options.Value.Page("")}. If it was you, choose it here within {Lifetime.TotalMinutes:0} minutes:

            {options.Value.Page("password")}#token={token}

            The link works once, and only the newest one works. If it was not you, do nothing: the password stays what it is.

            """);
    }
}
