using LiveComments.Stores;

namespace LiveComments.Server.Backups;

/// <param name="Format">Of the backup folder, for programs to come.</param>
/// <param name="Program">The version that made it.</param>
internal sealed record BackupManifest(int Format, string Program, DateTimeOffset CreatedAt, StoreContents Contents, IReadOnlyList<BackupFile> Files);
