namespace LiveComments.Server.Mail;

/// <summary>Why people are written to.</summary>
internal enum MailKind : byte
{
    /// <summary>Somebody has asked for a new password.</summary>
    ForgottenPassword,

    /// <summary>The password was changed.</summary>
    PasswordChanged,
}
