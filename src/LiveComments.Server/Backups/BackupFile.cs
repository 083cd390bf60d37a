namespace LiveComments.Server.Backups;

/// <param name="Name">Relative to the backup, with slashes.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
internal sealed record BackupFile(string Name, long Bytes, string Sha256);
