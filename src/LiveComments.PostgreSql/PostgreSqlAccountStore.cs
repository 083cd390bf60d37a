using System.Security.Cryptography;
using LiveComments.Accounts;
using Npgsql;

namespace LiveComments.PostgreSql;

/// <summary>
/// People, credentials and log-ins. A transaction that changes several rows locks the account's first, then log-ins, and <c>account_changes</c> last, so that none wait for each other in a
/// circle.
/// </summary>
internal sealed class PostgreSqlAccountStore(PostgreSqlDatabase database) : IAccountStore
{
    /// <summary>
    /// The documents' <c>users</c>, <c>user_auth</c> and <c>user_sessions</c>; docs/decisions says which of their columns are left out. Every change of a role, status or log-in has a number,
    /// so that nodes can ask what happened since the last number they know. <c>user_sessions.refresh_sealed</c> is the last exchange of a refresh token, kept for a client that did not get the
    /// answer. Names and addresses are compared without case as ASCII, whatever the database's locale.
    /// </summary>
    public const string Schema = """
        CREATE TABLE users (
            user_id uuid PRIMARY KEY,
            username text NOT NULL,
            email text,
            display_name text NOT NULL,
            avatar_url text,
            role smallint NOT NULL DEFAULT 0,
            reputation_score integer NOT NULL DEFAULT 0,
            moderation_level text NOT NULL DEFAULT 'standard',
            account_status smallint NOT NULL DEFAULT 0,
            suspension_reason text,
            preferences json NOT NULL DEFAULT '{}',
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            last_active_at timestamptz,
            version bigint NOT NULL DEFAULT 0,
            change bigint
        );
        CREATE UNIQUE INDEX users_by_username ON users (lower(username COLLATE "C"));
        CREATE UNIQUE INDEX users_by_email ON users (lower(email COLLATE "C"));
        CREATE INDEX users_by_change ON users (change) WHERE change IS NOT NULL;
        CREATE TABLE user_auth (
            user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
            password_hash text NOT NULL,
            password_changed_at timestamptz NOT NULL,
            two_factor_secret text,
            two_factor_enabled boolean NOT NULL DEFAULT false,
            two_factor_last_step bigint NOT NULL DEFAULT 0,
            locked_until timestamptz,
            version bigint NOT NULL DEFAULT 0
        );
        CREATE TABLE user_sessions (
            session_id uuid PRIMARY KEY,
            user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
            refresh_family bytea NOT NULL,
            refresh_secret bytea NOT NULL,
            refresh_previous bytea,
            refresh_sealed text,
            refreshed_at timestamptz,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            ended_at timestamptz,
            ip_address text,
            user_agent text,
            change bigint
        );
        CREATE INDEX user_sessions_by_user ON user_sessions (user_id);
        CREATE INDEX user_sessions_by_expiry ON user_sessions (expires_at);
        CREATE INDEX user_sessions_by_change ON user_sessions (change, ended_at) WHERE change IS NOT NULL;
        CREATE TABLE account_changes (
            change bigint NOT NULL
        );
        INSERT INTO account_changes VALUES (1);

        """;

    /// <summary>Guests are found by themselves, to erase those who do not come back.</summary>
    public const string Guests = """
        ALTER TABLE users ADD COLUMN is_guest boolean NOT NULL DEFAULT false;
        CREATE INDEX users_guests ON users (user_id) WHERE is_guest;

        """;

    /// <summary>The newest link to choose another password.</summary>
    public const string PasswordLinks = """
        ALTER TABLE user_auth ADD COLUMN reset_hash text, ADD COLUMN reset_until timestamptz;

        """;

    /// <summary>Codes for whoever has lost the authenticator.</summary>
    public const string RecoveryCodes = """
        ALTER TABLE user_auth ADD COLUMN recovery_codes text;

        """;

    private const string Select =
        "SELECT user_id, username, email, display_name, avatar_url, role, account_status, preferences, created_at, updated_at, version, suspension_reason FROM users ";

    private const string Insert = """
        INSERT INTO users (user_id, username, email, display_name, avatar_url, role, account_status, preferences, created_at, updated_at, suspension_reason, is_guest)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8::json, $9, $10, $11, $12) ON CONFLICT DO NOTHING RETURNING 1
        """;

    /// <summary>Whether the id and the username are there, after an insert that met one of them or the e-mail address.</summary>
    private const string Taken = """
        SELECT EXISTS (SELECT 1 FROM users WHERE user_id = $1), EXISTS (SELECT 1 FROM users WHERE lower(username COLLATE "C") = lower($2 COLLATE "C"))
        """;

    private const string InsertCredentials = "INSERT INTO user_auth (user_id, password_hash, password_changed_at) VALUES ($1, $2, $3)";

    /// <summary>Whoever changes a number waits for the one before it to commit, so whoever asks for what follows a number misses nothing.</summary>
    public const string NextChange = "UPDATE account_changes SET change = change + 1";

    private const string CurrentChange = "(SELECT change FROM account_changes)";

    private const string Replace = """
        UPDATE users u SET display_name = $3, avatar_url = $4, role = $5, account_status = $6, preferences = $7::json, updated_at = $8, suspension_reason = $9, version = u.version + 1
        FROM (SELECT user_id, role, account_status FROM users WHERE user_id = $1 AND version = $2 AND account_status <> 2 FOR UPDATE) was
        WHERE u.user_id = was.user_id RETURNING was.role <> $5 OR was.account_status <> $6
        """;

    private const string KeepGuest = """
        UPDATE users SET username = $2, email = $3, display_name = $4, is_guest = $5, updated_at = $6, version = version + 1
        WHERE user_id = $1 AND is_guest AND account_status = 0 RETURNING 1
        """;

    private const string AbsentGuests = "SELECT user_id FROM users WHERE is_guest AND user_id > $1 AND coalesce(last_active_at, created_at) < $2 ORDER BY user_id LIMIT $3";

    private const string DeleteGuest = "DELETE FROM users WHERE user_id = $1 AND is_guest AND coalesce(last_active_at, created_at) < $2";

    private const string ReplaceCredentials = """
        UPDATE user_auth SET password_hash = $3, password_changed_at = $4, two_factor_secret = $5, two_factor_enabled = $6,
            two_factor_last_step = $7, locked_until = $8, reset_hash = $9, reset_until = $10, recovery_codes = $11, version = version + 1
        WHERE user_id = $1 AND version = $2
        """;

    private const string LockUser = "SELECT account_status FROM users WHERE user_id = $1 FOR NO KEY UPDATE";

    private const string LockUserOfSession = "SELECT 1 FROM users WHERE user_id = (SELECT user_id FROM user_sessions WHERE session_id = $1) FOR NO KEY UPDATE";

    private const string MayLogIn = """
        UPDATE users SET last_active_at = $2 WHERE user_id = $1 AND account_status = 0
            AND ($3 IS NULL OR EXISTS (SELECT 1 FROM user_auth WHERE user_id = $1 AND password_changed_at = $3)) RETURNING 1
        """;

    /// <summary>Each log-in clears away two that are over, so the table never outgrows the log-ins of one lifetime by much.</summary>
    private const string DeleteExpired = "DELETE FROM user_sessions WHERE session_id IN (SELECT session_id FROM user_sessions WHERE expires_at < $1 LIMIT 2 FOR UPDATE SKIP LOCKED)";

    /// <summary>Those that are over first.</summary>
    private const string DeleteOldest = """
        DELETE FROM user_sessions WHERE session_id IN (
            SELECT session_id FROM user_sessions WHERE user_id = $1 ORDER BY ended_at IS NOT NULL, created_at DESC, session_id DESC OFFSET $2)
        """;

    private const string InsertSession = """
        INSERT INTO user_sessions (session_id, user_id, refresh_family, refresh_secret, created_at, expires_at, ip_address, user_agent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    private const string FindSession = """
        SELECT s.user_id, s.refresh_family, s.refresh_secret, CASE WHEN s.refreshed_at > $3 THEN s.refresh_previous END, s.refresh_sealed, s.ended_at IS NOT NULL, u.account_status <> 0
        FROM user_sessions s JOIN users u ON u.user_id = s.user_id
        WHERE s.session_id = $1 AND s.expires_at > $2 FOR UPDATE OF s
        """;

    private const string Rotate = """
        UPDATE user_sessions SET refresh_secret = $2, refresh_previous = refresh_secret, refresh_sealed = $3, refreshed_at = $4, expires_at = $5 WHERE session_id = $1
        """;

    private const string EndSession = "UPDATE user_sessions SET ended_at = $2, change = " + CurrentChange + " WHERE session_id = $1 AND ended_at IS NULL";

    private const string EndSessions = "UPDATE user_sessions SET ended_at = $2, change = " + CurrentChange
        + " WHERE user_id = $1 AND ended_at IS NULL AND session_id IS DISTINCT FROM $3 RETURNING session_id";

    private const string SessionsThatHold = """
        SELECT s.session_id, u.role FROM user_sessions s JOIN users u ON u.user_id = s.user_id
        WHERE s.session_id = ANY($1) AND s.ended_at IS NULL AND s.expires_at > $2 AND u.account_status = 0
        """;

    public async ValueTask<Error?> AddAsync(Account account, Credentials? credentials, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using (var batch = call.BeginBatch())
            {
                batch.Add(Insert).With(account.Id.Value).With(account.Username).With(account.Email).With(account.DisplayName).With(account.AvatarUrl).With((short)account.Role)
                    .With((short)account.Status).With(account.Preferences).With(account.CreatedAt).With(account.UpdatedAt).With(account.SuspensionReason).With(account.IsGuest);
                batch.Add(Taken).With(account.Id.Value).With(account.Username);
                await using var rows = await call.ReadAsync(batch);
                if (!await rows.ReadAsync(call.Token))
                {
                    await rows.NextResultAsync(call.Token);
                    await rows.ReadAsync(call.Token);
                    return rows.GetBoolean(0) ? Error.StateConflict : rows.GetBoolean(1) ? Error.UsernameTaken : Error.EmailTaken;
                }
            }
            await using var rest = call.Batch();
            if (credentials is not null)
                rest.Add(InsertCredentials).With(account.Id.Value).With(credentials.PasswordHash).With(credentials.PasswordChangedAt);
            if (account is not { Role: Role.Viewer, Status: AccountStatus.Active })
                AddChange(rest, account.Id);
            await call.CommitAsync(rest);
            return null;
        }, ct);

    public async ValueTask<Account?> FindAsync(UserId id, CancellationToken ct) => (await FindByIdsAsync([id], ct)).FirstOrDefault();

    public async ValueTask<IReadOnlyList<Account>> FindByIdsAsync(IReadOnlyCollection<UserId> ids, CancellationToken ct) =>
        ids.Count == 0 ? [] : await QueryAsync(Select + "WHERE user_id = ANY($1)", statement => statement.With(ids.Select(id => id.Value).ToArray()), ReadAccount, ct);

    public async ValueTask<IReadOnlyList<Account>> FindByUsernamesAsync(IReadOnlyCollection<string> usernames, CancellationToken ct) =>
        usernames.Count == 0 ? [] : await QueryAsync(
            Select + """WHERE lower(username COLLATE "C") = ANY (SELECT lower(name COLLATE "C") FROM unnest($1) AS names (name))""", statement => statement.With(usernames.ToArray()), ReadAccount, ct);

    public async ValueTask<Account?> FindByEmailAsync(string email, CancellationToken ct) =>
        (await QueryAsync(Select + """WHERE lower(email COLLATE "C") = lower($1 COLLATE "C")""", statement => statement.With(email), ReadAccount, ct)).FirstOrDefault();

    public async ValueTask<bool> ReplaceAsync(Account account, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            List<bool> replaced;
            await using (var batch = call.BeginBatch())
            {
                batch.Add(Replace).With(account.Id.Value).With(account.Version).With(account.DisplayName).With(account.AvatarUrl).With((short)account.Role).With((short)account.Status)
                    .With(account.Preferences).With(account.UpdatedAt).With(account.SuspensionReason);
                replaced = await call.QueryAsync(batch, row => row.GetBoolean(0));
            }
            if (replaced is not [var standingChanged])
                return false;
            await using var rest = call.Batch();
            if (standingChanged)
                AddChange(rest, account.Id);
            await call.CommitAsync(rest);
            return true;
        }, ct);

    public async ValueTask<Error?> KeepGuestAsync(Account account, Credentials credentials, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            try
            {
                await using var batch = call.BeginBatch();
                batch.Add(KeepGuest).With(account.Id.Value).With(account.Username).With(account.Email).With(account.DisplayName).With(account.IsGuest).With(account.UpdatedAt);
                if ((await call.QueryAsync(batch, row => row.GetInt32(0))).Count == 0)
                    return Error.StateConflict;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                return e.ConstraintName == "users_by_username" ? Error.UsernameTaken : Error.EmailTaken;
            }
            await using var rest = call.Batch();
            rest.Add(InsertCredentials).With(credentials.UserId.Value).With(credentials.PasswordHash).With(credentials.PasswordChangedAt);
            await call.CommitAsync(rest);
            return null;
        }, ct);

    public async ValueTask<IReadOnlyList<UserId>> AbsentGuestsAsync(DateTimeOffset since, UserId? after, int limit, CancellationToken ct) =>
        await QueryAsync(AbsentGuests, statement => statement.With(after?.Value ?? Guid.Empty).With(since).With((long)limit), row => new UserId(row.GetId(0)), ct);

    public async ValueTask<bool> DeleteGuestAsync(UserId id, DateTimeOffset since, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add(DeleteGuest).With(id.Value).With(since);
            return await call.ExecuteAsync(batch) > 0;
        }, ct);

    public async ValueTask<Credentials?> FindCredentialsAsync(UserId id, CancellationToken ct) =>
        (await QueryAsync(
            "SELECT password_hash, password_changed_at, two_factor_secret, two_factor_enabled, two_factor_last_step, locked_until, version, reset_hash, reset_until, recovery_codes FROM user_auth WHERE user_id = $1",
            statement => statement.With(id.Value),
            row => new Credentials(id, row.GetString(0), row.GetTime(1), row.GetStringOrNull(2), row.GetBoolean(3), row.GetInt64(4), row.GetTimeOrNull(5), row.GetInt64(6), row.GetStringOrNull(7), row.GetTimeOrNull(8), row.GetStringOrNull(9)), ct)).FirstOrDefault();

    public async ValueTask<bool> ReplaceCredentialsAsync(Credentials credentials, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add(ReplaceCredentials).With(credentials.UserId.Value).With(credentials.Version).With(credentials.PasswordHash).With(credentials.PasswordChangedAt)
                .With(credentials.TotpSecret).With(credentials.TotpConfirmed).With(credentials.TotpLastStep).With(credentials.LockedUntil)
                .With(credentials.ResetHash).With(credentials.ResetUntil).With(credentials.RecoveryCodes);
            return await call.ExecuteAsync(batch) > 0;
        }, ct);

    public async ValueTask<bool> AddSessionAsync(LoginSession session, DateTimeOffset? passwordChangedAt, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using (var batch = call.BeginBatch())
            {
                batch.Add(MayLogIn).With(session.UserId.Value).With(session.CreatedAt).With(passwordChangedAt);
                if ((await call.QueryAsync(batch, row => row.GetInt32(0))).Count == 0)
                    return false;
            }
            await using var rest = call.Batch();
            rest.Add(DeleteExpired).With(session.CreatedAt);
            rest.Add(DeleteOldest).With(session.UserId.Value).With(LoginSession.EachUser - 1L);
            rest.Add(InsertSession).With(session.Id).With(session.UserId.Value).With(session.Hashes.Family.ToArray()).With(session.Hashes.Secret.ToArray())
                .With(session.CreatedAt).With(session.ExpiresAt).With(session.Address).With(session.UserAgent);
            await call.CommitAsync(rest);
            return true;
        }, ct);

    public async ValueTask<Rotation> RotateAsync(
        Guid sessionId, RefreshHashes presented, NextRefresh next, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            List<(UserId UserId, byte[] Family, byte[] Secret, byte[]? Previous, string? Sealed, bool Over, bool Suspended)> found;
            await using (var batch = call.BeginBatch())
            {
                batch.Add(LockUserOfSession).With(sessionId);
                batch.Add(FindSession).With(sessionId).With(now).With(now - Rotation.Repeatable);
                await using var rows = await call.ReadAsync(batch);
                await rows.NextResultAsync(call.Token);
                found = await call.ListAsync(rows, row => (new UserId(row.GetId(0)), row.GetFieldValue<byte[]>(1), row.GetFieldValue<byte[]>(2),
                    row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3), row.GetStringOrNull(4), row.GetBoolean(5), row.GetBoolean(6)));
            }
            if (found is not [var session] || !CryptographicOperations.FixedTimeEquals(session.Family, presented.Family.Span))
                return new Rotation(RotationOutcome.Unknown, default);
            if (session.Suspended)
                return new Rotation(RotationOutcome.Suspended, session.UserId);
            if (session.Over)
                return new Rotation(RotationOutcome.Unknown, default);
            await using var rest = call.Batch();
            if (!CryptographicOperations.FixedTimeEquals(session.Secret, presented.Secret.Span))
            {
                if (session.Previous is { } previous && CryptographicOperations.FixedTimeEquals(previous, presented.Secret.Span))
                    return new Rotation(RotationOutcome.Repeated, session.UserId, session.Sealed);
                rest.Add(NextChange);
                rest.Add(EndSession).With(sessionId).With(now);
                await call.CommitAsync(rest);
                return new Rotation(RotationOutcome.Reused, session.UserId);
            }
            rest.Add(Rotate).With(sessionId).With(next.Secret.ToArray()).With(next.Sealed).With(now).With(expiresAt);
            rest.Add("UPDATE users SET last_active_at = $2 WHERE user_id = $1").With(session.UserId.Value).With(now);
            await call.CommitAsync(rest);
            return new Rotation(RotationOutcome.Rotated, session.UserId);
        }, ct);

    public async ValueTask<bool> EndSessionAsync(Guid sessionId, DateTimeOffset now, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.BeginBatch();
            batch.Add(LockUserOfSession).With(sessionId);
            batch.Add(NextChange);
            batch.Add(EndSession + " RETURNING session_id").With(sessionId).With(now);
            var ended = 0;
            await call.CommitAsync(batch, async rows =>
            {
                await rows.NextResultAsync(call.Token);
                ended = (await call.ListAsync(rows, row => row.GetId(0))).Count;
            });
            return ended > 0;
        }, ct);

    public async ValueTask<IReadOnlyList<Guid>> EndSessionsAsync(UserId userId, Guid? except, DateTimeOffset now, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.BeginBatch();
            batch.Add(LockUser).With(userId.Value);
            batch.Add(NextChange);
            batch.Add(EndSessions).With(userId.Value).With(now).With(except);
            IReadOnlyList<Guid> ended = [];
            await call.CommitAsync(batch, async rows =>
            {
                await rows.NextResultAsync(call.Token);
                ended = await call.ListAsync(rows, row => row.GetId(0));
            });
            return ended;
        }, ct);

    public async ValueTask<AccountChanges> ChangesAsync(long after, DateTimeOffset endedAfter, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            // The number is read first: what is committed between the statements is told again with the next question.
            await using var batch = call.Batch();
            batch.Add("SELECT change FROM account_changes");
            batch.Add("SELECT user_id, role, account_status, version FROM users WHERE change > $1").With(after);
            batch.Add("SELECT session_id FROM user_sessions WHERE change > $1 AND ended_at > $2").With(after).With(endedAfter);
            await using var rows = await call.ReadAsync(batch);
            var newest = (await call.ListAsync(rows, row => row.GetInt64(0)))[0];
            await rows.NextResultAsync(call.Token);
            var accounts = await call.ListAsync(rows, row => new AccountStanding(new UserId(row.GetId(0)), (Role)row.GetInt16(1), (AccountStatus)row.GetInt16(2), row.GetInt64(3)));
            await rows.NextResultAsync(call.Token);
            return new AccountChanges(newest, accounts, await call.ListAsync(rows, row => row.GetId(0)));
        }, ct);

    public async ValueTask<Standing> StandingAsync(IReadOnlyCollection<Guid> sessions, IReadOnlyCollection<UserId> users, DateTimeOffset now, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            // Both statements see the same moment.
            await using var batch = call.Batch();
            batch.Add("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            batch.Add(SessionsThatHold).With(sessions.ToArray()).With(now);
            batch.Add("SELECT user_id FROM users WHERE user_id = ANY($1) AND account_status > 0").With(users.Select(user => user.Value).ToArray());
            batch.Add("COMMIT");
            await using var rows = await call.ReadAsync(batch);
            var roles = (await call.ListAsync(rows, row => KeyValuePair.Create(row.GetId(0), (Role)row.GetInt16(1)))).ToDictionary();
            await rows.NextResultAsync(call.Token);
            return new Standing(roles, (await call.ListAsync(rows, row => new UserId(row.GetId(0)))).ToHashSet());
        }, ct);

    private static void AddChange(NpgsqlBatch batch, UserId id)
    {
        batch.Add(NextChange);
        batch.Add("UPDATE users SET change = " + CurrentChange + " WHERE user_id = $1").With(id.Value);
    }

    private async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, Action<NpgsqlBatchCommand> parameters, Func<NpgsqlDataReader, T> row, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            parameters(batch.Add(sql));
            return await call.QueryAsync(batch, row);
        }, ct);

    private static Account ReadAccount(NpgsqlDataReader row) => new(
        new UserId(row.GetId(0)), row.GetString(1), row.GetStringOrNull(2), row.GetString(3), row.GetStringOrNull(4), (Role)row.GetInt16(5),
        (AccountStatus)row.GetInt16(6), row.GetString(7), row.GetTime(8), row.GetTime(9), row.GetInt64(10), row.GetStringOrNull(11));
}
