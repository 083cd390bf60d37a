using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using LiveComments.PostgreSql;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace LiveComments.Tests.PostgreSql;

/// <summary>
/// A real PostgreSQL server of the tests' own, on a free port of 127.0.0.1, with its data in a temporary folder. It ends with the process of the tests, however that ends. The server refuses to
/// run as root, so root runs it as the user that Debian's package creates. Databases belong to one role, and the product connects as another that may only read and write rows.
/// </summary>
public sealed class PostgreSqlServer : IAsyncLifetime
{
    /// <summary>The superuser of the database, and where this is root the user that runs the server.</summary>
    public const string Account = "postgres";

    /// <summary>The owner of the databases and their tables.</summary>
    private const string Owner = "livecomments";

    /// <summary>A database with the product's schema, of which the others are copies.</summary>
    private const string Template = "livecomments_template";

    /// <summary>Standard input is a pipe from the tests: when it closes, also because they were killed, the server stops.</summary>
    private const string UntilInputEnds = "\"$@\" & server=$!; read -r _; kill -INT $server; wait $server";

    /// <summary>What all products' servers on these databases encrypt their keys with.</summary>
    public static string KeyEncryptionKey { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string? Programs = FindPrograms();

    private static double Version => double.Parse(Path.GetFileName(Path.GetDirectoryName(Programs))!, CultureInfo.InvariantCulture);

    private string _folder = "";
    private Process? _process;
    private int _databases;
    private readonly SemaphoreSlim _creating = new(1);

    /// <summary>Why there can be no server on this machine; null when there can.</summary>
    public static string? Obstacle { get; } =
        Programs is null ? "needs PostgreSQL (Debian: apt-get install postgresql)"
        : Environment.IsPrivilegedProcess && Unprivileged().Length > 0 && !RanWell("setpriv", [.. Unprivileged(), "true"]) ? $"needs setpriv and the user {Account}, because PostgreSQL does not run as root"
        : null;

    /// <summary>The role that the product connects as: it may read and write rows, and nothing else, as <c>docs/operating.md</c> says.</summary>
    public const string Node = "livecomments_node";

    /// <summary>Whether it flushes as in production. Only where it is killed does that make a difference, and creating a database is much faster without.</summary>
    public bool Flushes { get; init; }

    /// <summary>Lines for postgresql.conf beside the tests' own.</summary>
    public string Settings { get; init; } = "";

    /// <summary>Where it listens, or will.</summary>
    public int Port { get; } = FreePort.Find();

    /// <summary>The operating system's id of the server's first process.</summary>
    public int ProcessId => int.Parse(File.ReadLines(Path.Combine(_folder, "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    public async Task InitializeAsync()
    {
        if (Obstacle is not null)
            return;
        _folder = Read("mktemp", ["-d", "--tmpdir", "livecomments-postgresql-XXXXXXXX"]);
        Read(Path.Combine(Programs!, "initdb"), ["--pgdata", Path.Combine(_folder, "data"), "--auth", "trust", "--username", Account, "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]);
        File.AppendAllText(Path.Combine(_folder, "data", "postgresql.conf"), $"""

            listen_addresses = '127.0.0.1'
            port = {Port}
            unix_socket_directories = ''
            max_connections = 300
            shared_buffers = 64MB
            fsync = {(Flushes ? "on" : "off")}
            log_line_prefix = '%m [%p] '
            {Settings}

            """);
        await StartAsync();
        await ExecuteAsync($"CREATE ROLE {Owner} LOGIN");
        await ExecuteAsync($"CREATE ROLE {Node} LOGIN");
        await ExecuteAsync($"CREATE DATABASE {Template} OWNER {Owner}");
        await PostgreSqlDatabase.Open(new PostgreSqlOptions { ConnectionString = ConnectionString(Template, Owner), Timeout = Patience }, NullLogger.Instance).DisposeAsync();
        await ExecuteAsync($"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {Node}", Template);
    }

    /// <summary>Starts it as a standby: with a copy of another server's data, following whoever its settings say.</summary>
    public async Task FollowAsync(PostgreSqlServer primary, string settings)
    {
        _folder = Read("mktemp", ["-d", "--tmpdir", "livecomments-postgresql-XXXXXXXX"]);
        Read(Path.Combine(Programs!, "pg_basebackup"), ["--pgdata", Path.Combine(_folder, "data"), "--host", "127.0.0.1", "--port", $"{primary.Port}", "--username", Account, "--checkpoint", "fast", "--no-sync"]);
        File.WriteAllText(Path.Combine(_folder, "data", "standby.signal"), "");
        File.AppendAllText(Path.Combine(_folder, "data", "postgresql.conf"), $"\nport = {Port}\n{settings}\n");
        await StartAsync();
    }

    /// <summary>Adds settings to those of a running server.</summary>
    public async Task ConfigureAsync(string settings)
    {
        File.AppendAllText(Path.Combine(_folder, "data", "postgresql.conf"), $"\n{settings}\n");
        await ExecuteAsync("SELECT pg_reload_conf()");
    }

    /// <summary>Makes a standby the primary, as an operator does.</summary>
    public void Promote() => Read(Path.Combine(Programs!, "pg_ctl"), ["promote", "--pgdata", Path.Combine(_folder, "data")]);

    /// <summary>Ends it without a word, and deletes its data.</summary>
    public async Task DestroyAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
        _process = null;
    }

    public async Task DisposeAsync()
    {
        if (_process is null)
            return;
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A database with the product's schema and nothing in it, and how a node connects to it.</summary>
    /// <param name="options">Further words of <c>CREATE DATABASE</c>.</param>
    public async Task<string> CreateDatabaseAsync(string options = "") => ConnectionString(await CreateAsync($"TEMPLATE {Template} {options}"), Node);

    /// <summary>A database without a schema, and how its owner connects to it.</summary>
    public async Task<string> CreateEmptyDatabaseAsync() => ConnectionString(await CreateAsync(""), Owner);

    /// <summary>The settings of a product's server that has a new database here.</summary>
    public async Task<string[]> StoreSettingsAsync() => StoreSettings(await CreateDatabaseAsync());

    public static string[] StoreSettings(string connectionString) =>
        ["--LiveComments:Store=postgresql", $"--LiveComments:PostgreSql:ConnectionString={connectionString}", $"--LiveComments:PostgreSql:KeyEncryptionKey={KeyEncryptionKey}"];

    /// <summary>Ends what is connected to a database, and deletes it.</summary>
    public async Task DropDatabaseAsync(string connectionString) => await ExecuteAsync($"DROP DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    /// <summary>Runs a statement as a superuser.</summary>
    public async Task ExecuteAsync(string sql, string database = "postgres")
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database, Account));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        // To drop a database is to write all that is unsaved, which takes long on a busy disk.
        command.CommandTimeout = 300;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Every table of a database, in the form of a binary copy.</summary>
    public static async Task<byte[]> DumpAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        var tables = new List<string>();
        await using (var names = new NpgsqlCommand("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", connection))
        await using (var rows = await names.ExecuteReaderAsync())
            while (await rows.ReadAsync())
                tables.Add(rows.GetString(0));
        using var dump = new MemoryStream();
        foreach (var table in tables)
        {
            using var copy = await connection.BeginRawBinaryCopyAsync($"COPY {table} TO STDOUT (FORMAT binary)");
            await copy.CopyToAsync(dump);
        }
        return dump.ToArray();
    }

    /// <summary>What a superuser is answered.</summary>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres", Account));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Starts it on the folder and the port it had before; returns when it takes connections, after any recovery.</summary>
    public async Task StartAsync()
    {
        _process = Start("sh", ["-c", UntilInputEnds, "sh", Path.Combine(Programs!, "postgres"), "-D", Path.Combine(_folder, "data")], redirectOutput: false);
        var clock = Stopwatch.StartNew();
        while (true)
            try
            {
                await ExecuteAsync("SELECT 1");
                return;
            }
            catch (Exception e) when (e is NpgsqlException && clock.Elapsed < Patience)
            {
                if (_process.HasExited)
                    throw new InvalidOperationException($"PostgreSQL ended at once with {_process.ExitCode}.");
                await Task.Delay(20);
            }
    }

    /// <summary>Stops it as an operator does, ending all connections.</summary>
    public async Task StopAsync()
    {
        // A frozen server would not hear it.
        SignalAll("CONT");
        _process!.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            SignalAll("KILL");
            throw;
        }
        _process.Dispose();
    }

    /// <summary>Ends it without a word, as a power failure does; <see cref="StartAsync"/> recovers it.</summary>
    public async Task KillAsync()
    {
        SignalAll("KILL");
        _process!.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Ends it at once, as <c>pg_ctl stop --mode immediate</c> does: all connections end, and nothing more is written. <see cref="StartAsync"/> recovers it.</summary>
    public async Task AbortAsync()
    {
        Read(Path.Combine(Programs!, "pg_ctl"), ["stop", "--mode", "immediate", "--pgdata", Path.Combine(_folder, "data")]);
        _process!.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Stops all of its processes where they are: connections stay open and nothing answers.</summary>
    public void Freeze() => SignalAll("STOP");

    public void Thaw() => SignalAll("CONT");

    private async Task<string> CreateAsync(string options)
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        // One at a time: each needs the template for itself.
        await _creating.WaitAsync();
        try
        {
            // Copying files is several times faster than writing the copy to the WAL, and was the only way before version 15.
            await ExecuteAsync($"CREATE DATABASE {name} OWNER {Owner} {options} {(Version >= 15 ? "STRATEGY file_copy" : "")}");
        }
        finally
        {
            _creating.Release();
        }
        return name;
    }

    private void SignalAll(string signal)
    {
        var first = ProcessId;
        var children = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => (Id: name!, Parent: ParentOf(name!)))
            .Where(process => process.Parent == first).Select(process => process.Id);
        using var kill = Process.Start(new ProcessStartInfo("kill", ["-" + signal, first.ToString(CultureInfo.InvariantCulture), .. children]) { RedirectStandardError = true })!;
        kill.WaitForExit();
    }

    private static int ParentOf(string process)
    {
        try
        {
            // The name of the program, in parentheses, may contain anything.
            var status = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(status[(status.LastIndexOf(')') + 4)..].Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private string ConnectionString(string database, string user) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Database = database,
        Username = user,
        // The tests' own connections only: the store sets what it needs.
        Pooling = user != Account,
    }.ConnectionString;

    private static string? FindPrograms() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").OrderByDescending(folder => double.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin")).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")))
        : null;

    /// <summary>What comes before a command so that it does not run as root.</summary>
    private static string[] Unprivileged() => Environment.IsPrivilegedProcess ? [$"--reuid={Account}", $"--regid={Account}", "--clear-groups", "--"] : [];

    private static Process Start(string program, string[] arguments, bool redirectOutput = true)
    {
        var unprivileged = Unprivileged();
        var start = unprivileged.Length == 0 ? new ProcessStartInfo(program, arguments) : new ProcessStartInfo("setpriv", [.. unprivileged, program, .. arguments]);
        start.WorkingDirectory = "/";
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = redirectOutput;
        start.RedirectStandardError = true;
        var process = Process.Start(start)!;
        // The server's log would fill the pipe.
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    private static string Read(string program, string[] arguments)
    {
        using var process = Start(program, arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {output}");
    }

    private static bool RanWell(string program, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
