using LiveComments.Moderation;

namespace LiveComments.Server.Auth.TwoFactor;

/// <summary>Writes into the audit log what becomes of recovery codes: whoever looks into a stolen account sees it there.</summary>
internal sealed partial class RecoveryAudit(IModerationStore store, TimeProvider time, ILogger<RecoveryAudit> log)
{
    public ValueTask MadeAsync(UserId account) => WriteAsync(account, DecisionAction.NewRecoveryCodes, $"{RecoveryCodes.Count} codes");

    /// <param name="left">How many are left.</param>
    public ValueTask UsedAsync(UserId account, int left) => WriteAsync(account, DecisionAction.UseRecoveryCode, $"{left} left");

    private async ValueTask WriteAsync(UserId account, DecisionAction action, string what)
    {
        var now = time.GetUtcNow();
        try
        {
            await store.DecideAsync([new ModeratorDecision(Guid.CreateVersion7(now), null, account, now, action, null, null, Reason: what)], CancellationToken.None);
        }
        catch (StoreUnavailableException e)
        {
            // It has happened, and whoever asked for it is answered so.
            LogMissing(log, e, account, action);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The audit log lacks {Action} of the account {Account}, because the store does not answer")]
    private static partial void LogMissing(ILogger log, Exception exception, UserId account, DecisionAction action);
}
