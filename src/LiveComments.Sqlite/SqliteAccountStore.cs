using System.Security.Cryptography;
using LiveComments.Accounts;
using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>People, credentials and log-ins in the embedded database.</summary>
internal sealed class SqliteAccountStore(SqliteDatabase database) : IAccountStore
{
    public const string Schema = """
        CREATE TABLE users (
            user_id BLOB PRIMARY KEY,
            username TEXT NOT NULL UNIQUE COLLATE NOCASE,
            email TEXT UNIQUE COLLATE NOCASE,
            display_name TEXT NOT NULL,
            avatar_url TEXT,
            role INTEGER NOT NULL DEFAULT 0,
            reputation_score INTEGER NOT NULL DEFAULT 0,
            moderation_level TEXT NOT NULL DEFAULT 'standard',
            account_status INTEGER NOT NULL DEFAULT 0,
            preferences TEXT NOT NULL DEFAULT '{}',
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            last_active_at INTEGER,
            version INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID;
        CREATE TABLE user_auth (
            user_id BLOB PRIMARY KEY REFERENCES users (user_id) ON DELETE CASCADE,
            password_hash TEXT NOT NULL,
            password_changed_at INTEGER NOT NULL,
            two_factor_secret TEXT,
            two_factor_enabled INTEGER NOT NULL DEFAULT 0,
            two_factor_last_step INTEGER NOT NULL DEFAULT 0,
            failed_login_attempts INTEGER NOT NULL DEFAULT 0,
            locked_until INTEGER,
            version INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID;
        CREATE TABLE user_sessions (
            session_id BLOB PRIMARY KEY,
            user_id BLOB NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
            refresh_family BLOB NOT NULL,
            refresh_secret BLOB NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            ended_at INTEGER,
            ip_address TEXT,
            user_agent TEXT
        ) WITHOUT ROWID;
        CREATE INDEX user_sessions_by_user ON user_sessions (user_id);
        CREATE INDEX user_sessions_by_expiry ON user_sessions (expires_at);

        """;

    /// <summary>The last exchange of a refresh token, kept for a client that did not get the answer.</summary>
    public const string RepeatableRefresh = """
        ALTER TABLE user_sessions ADD COLUMN refresh_previous BLOB;
        ALTER TABLE user_sessions ADD COLUMN refreshed_at INTEGER;
        ALTER TABLE user_sessions ADD COLUMN refresh_sealed TEXT;

        """;

    /// <summary>Failed tries of strangers are stored as the time until which they must wait.</summary>
    public const string TriesOfStrangers = """
        UPDATE user_auth SET locked_until = NULL;
        ALTER TABLE user_auth DROP COLUMN failed_login_attempts;

        """;

    /// <summary>
    /// Every change of a role, status or log-in has a number, so that other processes can ask what happened since the last number they know. A suspension may have a reason for the account's
    /// owner.
    /// </summary>
    public const string Changes = """
        CREATE TABLE account_changes (
            change INTEGER NOT NULL
        );
        INSERT INTO account_changes VALUES (1);
        ALTER TABLE users ADD COLUMN suspension_reason TEXT;
        ALTER TABLE users ADD COLUMN change INTEGER;
        UPDATE users SET change = 1 WHERE role <> 0 OR account_status <> 0;
        CREATE INDEX users_by_change ON users (change) WHERE change IS NOT NULL;
        ALTER TABLE user_sessions ADD COLUMN change INTEGER;
        UPDATE user_sessions SET change = 1 WHERE ended_at IS NOT NULL;
        CREATE INDEX user_sessions_by_change ON user_sessions (change, ended_at) WHERE change IS NOT NULL;

        """;

    /// <summary>Guests are found by themselves, to erase those who do not come back.</summary>
    public const string Guests = """
        ALTER TABLE users ADD COLUMN is_guest INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX users_guests ON users (user_id) WHERE is_guest = 1;

        """;

    /// <summary>The newest link to choose another password.</summary>
    public const string PasswordLinks = """
        ALTER TABLE user_auth ADD COLUMN reset_hash TEXT;
        ALTER TABLE user_auth ADD COLUMN reset_until INTEGER;

        """;

    /// <summary>Codes for whoever has lost the authenticator.</summary>
    public const string RecoveryCodes = """
        ALTER TABLE user_auth ADD COLUMN recovery_codes TEXT;

        """;

    private const string Columns =
        "SELECT user_id, username, email, display_name, avatar_url, role, account_status, preferences, created_at, updated_at, version, suspension_reason FROM users ";

    public async ValueTask<Error?> AddAsync(Account account, Credentials? credentials, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            var added = connection.Execute(
                """
                INSERT INTO users (user_id, username, email, display_name, avatar_url, role, account_status, preferences, created_at, updated_at, suspension_reason, is_guest)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING
                """,
                account.Id.Value.Blob(), account.Username, account.Email, account.DisplayName, account.AvatarUrl, (int)account.Role,
                (int)account.Status, account.Preferences, account.CreatedAt.ToUnixTimeMilliseconds(), account.UpdatedAt.ToUnixTimeMilliseconds(), account.SuspensionReason, account.IsGuest ? 1 : 0);
            if (added == 0)
            {
                if (connection.Scalar<long>("SELECT COUNT(*) FROM users WHERE user_id = $1", account.Id.Value.Blob()) > 0)
                    return Error.StateConflict;
                return Taken(connection, account);
            }
            if (account is not { Role: Role.Viewer, Status: AccountStatus.Active })
                connection.Execute("UPDATE users SET change = $1 WHERE user_id = $2", NextChange(connection), account.Id.Value.Blob());
            if (credentials is not null)
                Insert(connection, credentials);
            return null;
        }, ct);

    public async ValueTask<Account?> FindAsync(UserId id, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.QueryFirst(Columns + "WHERE user_id = $1", ReadAccount, id.Value.Blob()), ct);

    public async ValueTask<IReadOnlyList<Account>> FindByIdsAsync(IReadOnlyCollection<UserId> ids, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            var found = new List<Account>(ids.Count);
            foreach (var id in ids)
                if (connection.QueryFirst(Columns + "WHERE user_id = $1", ReadAccount, id.Value.Blob()) is { } account)
                    found.Add(account);
            return found;
        }, ct);

    public async ValueTask<IReadOnlyList<Account>> FindByUsernamesAsync(IReadOnlyCollection<string> usernames, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            var found = new List<Account>(usernames.Count);
            foreach (var username in usernames)
                if (connection.QueryFirst(Columns + "WHERE username = $1", ReadAccount, username) is { } account)
                    found.Add(account);
            return found;
        }, ct);

    public async ValueTask<Account?> FindByEmailAsync(string email, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.QueryFirst(Columns + "WHERE email = $1", ReadAccount, email), ct);

    public async ValueTask<bool> ReplaceAsync(Account account, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            var now = connection.QueryFirst("SELECT role, account_status, version FROM users WHERE user_id = $1",
                row => ((Role)row.GetByte(0), (AccountStatus)row.GetByte(1), row.GetInt64(2), Found: true), account.Id.Value.Blob());
            if (!now.Found || now.Item3 != account.Version || now.Item2 == AccountStatus.Erased)
                return false;
            connection.Execute(
                """
                UPDATE users SET display_name = $1, avatar_url = $2, role = $3, account_status = $4, preferences = $5, updated_at = $6, suspension_reason = $7,
                    version = version + 1, change = coalesce($8, change)
                WHERE user_id = $9
                """,
                account.DisplayName, account.AvatarUrl, (int)account.Role, (int)account.Status, account.Preferences, account.UpdatedAt.ToUnixTimeMilliseconds(),
                account.SuspensionReason, (now.Item1, now.Item2) == (account.Role, account.Status) ? (long?)null : NextChange(connection), account.Id.Value.Blob());
            return true;
        }, ct);

    public async ValueTask<Error?> KeepGuestAsync(Account account, Credentials credentials, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            var isGuest = connection.Scalar<long>("SELECT COUNT(*) FROM users WHERE user_id = $1 AND is_guest = 1 AND account_status = 0", account.Id.Value.Blob()) > 0;
            if (!isGuest)
                return Error.StateConflict;
            // One whose new name or address somebody has is left as it is.
            if (connection.Execute(
                "UPDATE OR IGNORE users SET username = $1, email = $2, display_name = $3, is_guest = $4, updated_at = $5, version = version + 1 WHERE user_id = $6",
                account.Username, account.Email, account.DisplayName, account.IsGuest ? 1 : 0, account.UpdatedAt.ToUnixTimeMilliseconds(), account.Id.Value.Blob()) == 0)
                return Taken(connection, account);
            Insert(connection, credentials);
            return null;
        }, ct);

    public async ValueTask<IReadOnlyList<UserId>> AbsentGuestsAsync(DateTimeOffset since, UserId? after, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            "SELECT user_id FROM users WHERE is_guest = 1 AND user_id > $1 AND coalesce(last_active_at, created_at) < $2 ORDER BY user_id LIMIT $3",
            row => new UserId(row.GetId(0)), (after?.Value ?? default).Blob(), since.ToUnixTimeMilliseconds(), limit), ct);

    public async ValueTask<bool> DeleteGuestAsync(UserId id, DateTimeOffset since, CancellationToken ct) =>
        await database.WriteAsync(connection => connection.Execute(
            "DELETE FROM users WHERE user_id = $1 AND is_guest = 1 AND coalesce(last_active_at, created_at) < $2", id.Value.Blob(), since.ToUnixTimeMilliseconds()) > 0, ct);

    public async ValueTask<Credentials?> FindCredentialsAsync(UserId id, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.QueryFirst(
            """
            SELECT password_hash, password_changed_at, two_factor_secret, two_factor_enabled, two_factor_last_step,
                   locked_until, version, reset_hash, reset_until, recovery_codes
            FROM user_auth WHERE user_id = $1
            """,
            row => new Credentials(id, row.GetString(0), row.GetTime(1), row.GetStringOrNull(2), row.GetBoolean(3), row.GetInt64(4),
                row.GetTimeOrNull(5), row.GetInt64(6), row.GetStringOrNull(7), row.GetTimeOrNull(8), row.GetStringOrNull(9)),
            id.Value.Blob()), ct);

    public async ValueTask<bool> ReplaceCredentialsAsync(Credentials credentials, CancellationToken ct) =>
        await database.WriteAsync(connection => connection.Execute(
            """
            UPDATE user_auth SET password_hash = $1, password_changed_at = $2, two_factor_secret = $3, two_factor_enabled = $4,
                two_factor_last_step = $5, locked_until = $6, reset_hash = $7, reset_until = $8, recovery_codes = $9, version = version + 1
            WHERE user_id = $10 AND version = $11
            """,
            credentials.PasswordHash, credentials.PasswordChangedAt.ToUnixTimeMilliseconds(), credentials.TotpSecret, credentials.TotpConfirmed,
            credentials.TotpLastStep, credentials.LockedUntil?.ToUnixTimeMilliseconds(), credentials.ResetHash, credentials.ResetUntil?.ToUnixTimeMilliseconds(), credentials.RecoveryCodes,
            credentials.UserId.Value.Blob(), credentials.Version) > 0, ct);

    public async ValueTask<bool> AddSessionAsync(LoginSession session, DateTimeOffset? passwordChangedAt, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            var now = session.CreatedAt.ToUnixTimeMilliseconds();
            if (connection.Execute(
                """
                UPDATE users SET last_active_at = $1 WHERE user_id = $2 AND account_status = 0
                    AND ($3 IS NULL OR EXISTS (SELECT 1 FROM user_auth WHERE user_id = $2 AND password_changed_at = $3))
                """,
                now, session.UserId.Value.Blob(), passwordChangedAt?.ToUnixTimeMilliseconds()) == 0)
                return false;
            // Each log-in clears away two that are over, so the table never outgrows the log-ins of one lifetime by much.
            connection.Execute("DELETE FROM user_sessions WHERE session_id IN (SELECT session_id FROM user_sessions WHERE expires_at < $1 LIMIT 2)", now);
            // Expired ones first.
            connection.Execute(
                """
                DELETE FROM user_sessions WHERE session_id IN (
                    SELECT session_id FROM user_sessions WHERE user_id = $1 ORDER BY ended_at IS NOT NULL, created_at DESC, session_id DESC LIMIT -1 OFFSET $2)
                """,
                session.UserId.Value.Blob(), LoginSession.EachUser - 1);
            connection.Execute(
                """
                INSERT INTO user_sessions (session_id, user_id, refresh_family, refresh_secret, created_at, expires_at, ip_address, user_agent)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                """,
                session.Id.Blob(), session.UserId.Value.Blob(), session.Hashes.Family.ToArray(), session.Hashes.Secret.ToArray(), now,
                session.ExpiresAt.ToUnixTimeMilliseconds(), session.Address, session.UserAgent);
            return true;
        }, ct);

    public async ValueTask<Rotation> RotateAsync(
        Guid sessionId, RefreshHashes presented, NextRefresh next, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            var at = now.ToUnixTimeMilliseconds();
            var repeatable = (now - Rotation.Repeatable).ToUnixTimeMilliseconds();
            var (userId, family, secret, previous, answer, over, suspended) = connection.QueryFirst(
                """
                SELECT s.user_id, s.refresh_family, s.refresh_secret, iif(s.refreshed_at > $3, s.refresh_previous, NULL), s.refresh_sealed, s.ended_at IS NOT NULL, u.account_status <> 0
                FROM user_sessions s JOIN users u ON u.user_id = s.user_id
                WHERE s.session_id = $1 AND s.expires_at > $2
                """,
                row => (new UserId(row.GetId(0)), row.GetFieldValue<byte[]>(1), row.GetFieldValue<byte[]>(2), row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3), row.GetStringOrNull(4), row.GetBoolean(5), row.GetBoolean(6)),
                sessionId.Blob(), at, repeatable);
            if (family is null || !CryptographicOperations.FixedTimeEquals(family, presented.Family.Span))
                return new Rotation(RotationOutcome.Unknown, default);
            if (suspended)
                return new Rotation(RotationOutcome.Suspended, userId);
            if (over)
                return new Rotation(RotationOutcome.Unknown, default);
            if (!CryptographicOperations.FixedTimeEquals(secret, presented.Secret.Span))
            {
                if (previous is not null && CryptographicOperations.FixedTimeEquals(previous, presented.Secret.Span))
                    return new Rotation(RotationOutcome.Repeated, userId, answer);
                connection.Execute("UPDATE user_sessions SET ended_at = $1, change = $2 WHERE session_id = $3", at, NextChange(connection), sessionId.Blob());
                return new Rotation(RotationOutcome.Reused, userId);
            }
            connection.Execute(
                """
                UPDATE user_sessions SET refresh_secret = $1, refresh_previous = refresh_secret, refresh_sealed = $2, refreshed_at = $3, expires_at = $4
                WHERE session_id = $5
                """,
                next.Secret.ToArray(), next.Sealed, at, expiresAt.ToUnixTimeMilliseconds(), sessionId.Blob());
            connection.Execute("UPDATE users SET last_active_at = $1 WHERE user_id = $2", at, userId.Value.Blob());
            return new Rotation(RotationOutcome.Rotated, userId);
        }, ct);

    public async ValueTask<bool> EndSessionAsync(Guid sessionId, DateTimeOffset now, CancellationToken ct) =>
        await database.WriteAsync(connection => connection.Execute(
            "UPDATE user_sessions SET ended_at = $1, change = $2 WHERE session_id = $3 AND ended_at IS NULL",
            now.ToUnixTimeMilliseconds(), NextChange(connection), sessionId.Blob()) > 0, ct);

    public async ValueTask<IReadOnlyList<Guid>> EndSessionsAsync(UserId userId, Guid? except, DateTimeOffset now, CancellationToken ct) =>
        await database.WriteAsync(connection => connection.Query(
            "UPDATE user_sessions SET ended_at = $1, change = $2 WHERE user_id = $3 AND ended_at IS NULL AND session_id IS NOT $4 RETURNING session_id",
            row => row.GetId(0), now.ToUnixTimeMilliseconds(), NextChange(connection), userId.Value.Blob(), except?.Blob()), ct);

    public async ValueTask<AccountChanges> ChangesAsync(long after, DateTimeOffset endedAfter, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            var newest = connection.Scalar<long>("SELECT change FROM account_changes");
            return newest == after ? new AccountChanges(newest, [], []) : new AccountChanges(
                newest,
                connection.Query("SELECT user_id, role, account_status, version FROM users WHERE change > $1",
                    row => new AccountStanding(new UserId(row.GetId(0)), (Role)row.GetByte(1), (AccountStatus)row.GetByte(2), row.GetInt64(3)), after),
                connection.Query("SELECT session_id FROM user_sessions WHERE change > $1 AND ended_at > $2", row => row.GetId(0), after, endedAfter.ToUnixTimeMilliseconds()));
        }, ct);

    public async ValueTask<Standing> StandingAsync(IReadOnlyCollection<Guid> sessions, IReadOnlyCollection<UserId> users, DateTimeOffset now, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            var at = now.ToUnixTimeMilliseconds();
            var roles = new Dictionary<Guid, Role>(sessions.Count);
            foreach (var session in sessions)
                if (connection.QueryFirst(
                    """
                    SELECT u.role FROM user_sessions s JOIN users u ON u.user_id = s.user_id
                    WHERE s.session_id = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND u.account_status = 0
                    """, row => (Role?)row.GetByte(0), session.Blob(), at) is { } role)
                    roles[session] = role;
            var suspended = new HashSet<UserId>();
            foreach (var user in users)
                if (connection.Scalar<long?>("SELECT account_status FROM users WHERE user_id = $1", user.Value.Blob()) > 0)
                    suspended.Add(user);
            return new Standing(roles, suspended);
        }, ct);

    /// <summary>Which of an account's names somebody else has.</summary>
    private static Error Taken(SqliteConnection connection, Account account) =>
        connection.Scalar<long>("SELECT COUNT(*) FROM users WHERE username = $1", account.Username) > 0 ? Error.UsernameTaken : Error.EmailTaken;

    private static void Insert(SqliteConnection connection, Credentials credentials) => connection.Execute("INSERT INTO user_auth (user_id, password_hash, password_changed_at) VALUES ($1, $2, $3)",
        credentials.UserId.Value.Blob(), credentials.PasswordHash, credentials.PasswordChangedAt.ToUnixTimeMilliseconds());

    private static Account ReadAccount(SqliteDataReader row) => new(
        new UserId(row.GetId(0)), row.GetString(1), row.GetStringOrNull(2), row.GetString(3), row.GetStringOrNull(4), (Role)row.GetByte(5),
        (AccountStatus)row.GetByte(6), row.GetString(7), row.GetTime(8), row.GetTime(9), row.GetInt64(10), row.GetStringOrNull(11));

    /// <summary>The number of the next change of an account or log-in.</summary>
    public static long NextChange(SqliteConnection connection) => connection.Scalar<long>("UPDATE account_changes SET change = change + 1 RETURNING change");
}
