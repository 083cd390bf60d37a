namespace LiveComments.Server.Auth.Bodies;

internal sealed record RecoveryCodesAnswer(IReadOnlyList<string> RecoveryCodes);
