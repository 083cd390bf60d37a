using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Server;
using LiveComments.Tests.EndToEnd;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Commands;

public sealed class BackupCommandTests
{
    private static readonly Author Ann = new(UserId.New(TimeProvider.System), "ann", "Ann", null, Role.Viewer);

    [Fact]
    public async Task A_backup_under_write_load_holds_everything_acknowledged_before_and_its_restore_begins_new_epochs()
    {
        await using var server = await TestServer.StartAsync();
        using var folder = new TemporaryFolder();
        var log = server.Services.GetRequiredService<IEventLog>();
        List<EventId> events = [await CreateAsync(server, "one"), await CreateAsync(server, "two"), await CreateAsync(server, "three")];
        await FillAsync(log, events[0], 20_000);

        using var stop = new CancellationTokenSource();
        var acked = events.ToDictionary(id => id, _ => new List<CommentId>());
        var load = events.Select(id => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var draft = Draft("under load");
                Assert.IsType<AppendResult.Appended>(Assert.Single(await log.AppendAsync(id, [draft], default)));
                lock (acked[id])
                    acked[id].Add(draft.Id);
            }
        })).ToList();
        while (events.Any(id => Count(acked[id]) < 50))
            await Task.Yield();
        var before = events.ToDictionary(id => id, id => Snapshot(acked[id]));
        var backup = await ServerProcess.RunAsync("backup", folder.At("backup"), "--data", server.Data);
        var after = events.ToDictionary(id => id, id => Count(acked[id]));
        await stop.CancelAsync();
        await Task.WhenAll(load);
        Assert.True(backup.ExitCode == 0, backup.Error);
        Assert.All(events, id => Assert.True(after[id] > before[id].Count, "Nothing was written while the backup ran."));
        var heads = await log.HeadsAsync(events, default);

        var restore = await ServerProcess.RunAsync("restore", folder.At("backup"), "--data", folder.At("data"));
        Assert.True(restore.ExitCode == 0, restore.Error);
        await using (var restored = LiveCommentsServer.Build(new ServerArguments("http://127.0.0.1:0", folder.At("data"), [])))
        {
            foreach (var id in events)
            {
                var entries = await EntriesAsync(restored, id);
                Assert.Equal(Enumerable.Range(1, entries.Count).Select(seq => (long)seq), entries.Select(entry => entry.Seq));
                Assert.Empty(before[id].Except(entries.OfType<CommentEntry>().Select(entry => entry.Comment.Id)));
                Assert.All(entries.OfType<CommentEntry>(), entry => Assert.NotEqual(heads[id].Position.Epoch, entry.Comment.Position.Epoch));
            }
        }
        await using var served = await ServerProcess.StartAsync(folder.At("data"));
        Assert.Contains("\"reset\"", await FirstFramesAsync(served, events[0], heads[events[0]].Position, 2));
    }

    [Fact]
    public async Task A_killed_backup_leaves_a_complete_one_or_none()
    {
        await using var server = await TestServer.StartAsync();
        using var folder = new TemporaryFolder();
        await FillAsync(server.Services.GetRequiredService<IEventLog>(), await CreateAsync(server, "one"), 20_000);
        var cut = 0;
        foreach (var delay in (int[])[0, 40, 120, 400])
        {
            var (backup, partial) = (folder.At("backup"), folder.At("backup.partial"));
            await using (var killed = ServerProcess.Start("backup", backup, "--data", server.Data))
            {
                while (!Directory.Exists(partial) && !Directory.Exists(backup))
                    await Task.Yield();
                await Task.Delay(delay);
                await killed.KillAsync();
            }
            if (Directory.Exists(backup))
            {
                using var data = new TemporaryFolder();
                var restore = await ServerProcess.RunAsync("restore", backup, "--data", data.Path);
                Assert.True(restore.ExitCode == 0, restore.Error);
                Directory.Delete(backup, recursive: true);
                continue;
            }
            cut++;
            var again = await ServerProcess.RunAsync("backup", backup, "--data", server.Data);
            Assert.Equal(2, again.ExitCode);
            Assert.Contains(partial, again.Error);
            if (!File.Exists(Path.Combine(partial, "backup.json")))
                await AssertRefusedAsync("not a complete backup", "restore", partial, "--data", folder.At("data"));
            Directory.Delete(partial, recursive: true);
        }
        Assert.True(cut > 0, "No backup was cut off.");
    }

    [Fact]
    public async Task An_interrupted_backup_leaves_nothing()
    {
        await using var server = await TestServer.StartAsync();
        using var folder = new TemporaryFolder();
        await FillAsync(server.Services.GetRequiredService<IEventLog>(), await CreateAsync(server, "one"), 50_000);
        await using var backup = ServerProcess.Start("backup", folder.At("backup"), "--data", server.Data);
        while (!Directory.Exists(folder.At("backup.partial")))
            await Task.Yield();
        Assert.Equal(143, await backup.StopAsync());
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_killed_restore_is_complete_or_refuses_to_be_served_until_it_is_run_again()
    {
        await using var server = await TestServer.StartAsync();
        using var folder = new TemporaryFolder();
        var id = await CreateAsync(server, "one");
        await FillAsync(server.Services.GetRequiredService<IEventLog>(), id, 20_000);
        var backup = await ServerProcess.RunAsync("backup", folder.At("backup"), "--data", server.Data);
        Assert.True(backup.ExitCode == 0, backup.Error);
        var cut = 0;
        foreach (var delay in (int[])[0, 40, 120, 400])
        {
            using var data = new TemporaryFolder();
            await using (var killed = ServerProcess.Start("restore", folder.At("backup"), "--data", data.Path))
            {
                while (!Directory.Exists(data.At("restoring")) && !File.Exists(data.At("livecomments.db")))
                    await Task.Yield();
                await Task.Delay(delay);
                await killed.KillAsync();
            }
            if (Directory.Exists(data.At("restoring")))
            {
                cut++;
                await AssertRefusedAsync("not finished", "serve", "--urls", "http://127.0.0.1:0", "--data", data.Path);
                await AssertRefusedAsync("not finished", "backup", folder.At("other"), "--data", data.Path);
                var again = await ServerProcess.RunAsync("restore", folder.At("backup"), "--data", data.Path);
                Assert.True(again.ExitCode == 0, again.Error);
            }
            // A committed restore is completed by whoever comes next.
            await using (var next = await ServerProcess.StartAsync(data.Path))
                await next.StopAsync();
            await using var app = LiveCommentsServer.Build(new ServerArguments("http://127.0.0.1:0", data.Path, []));
            Assert.Equal(20_001, (await EntriesAsync(app, id)).Count);
        }
        Assert.True(cut > 0, "No restore was cut off.");
    }

    [Fact]
    public async Task A_damaged_backup_is_refused_and_what_is_there_stays()
    {
        await using var server = await TestServer.StartAsync();
        using var folder = new TemporaryFolder();
        var id = await CreateAsync(server, "one");
        await FillAsync(server.Services.GetRequiredService<IEventLog>(), id, 500);
        var backup = folder.At("backup");
        Assert.Equal(0, (await ServerProcess.RunAsync("backup", backup, "--data", server.Data)).ExitCode);
        Assert.Equal(0, (await ServerProcess.RunAsync("restore", backup, "--data", folder.At("data"))).ExitCode);
        var database = Path.Combine(backup, "livecomments.db");
        var bytes = await File.ReadAllBytesAsync(database);

        bytes[^5_000] ^= 1;
        await File.WriteAllBytesAsync(database, bytes);
        await RefusedAsync("livecomments.db is not what was backed up");
        await File.WriteAllBytesAsync(database, bytes[..^4096]);
        await RefusedAsync("livecomments.db is not what was backed up");
        File.Delete(database);
        await RefusedAsync("livecomments.db is missing");
        var manifest = Path.Combine(backup, "backup.json");
        var text = await File.ReadAllTextAsync(manifest);
        await File.WriteAllTextAsync(manifest, text.Replace("\"livecomments.db\"", "\"../outside\""));
        await RefusedAsync("outside");
        await File.WriteAllTextAsync(manifest, text[..^20]);
        await RefusedAsync("backup.json cannot be read");
        File.Delete(manifest);
        await RefusedAsync("not a complete backup");

        await using var app = LiveCommentsServer.Build(new ServerArguments("http://127.0.0.1:0", folder.At("data"), []));
        Assert.Equal(501, (await EntriesAsync(app, id)).Count);

        async Task RefusedAsync(string reason)
        {
            await AssertRefusedAsync(reason, "restore", backup, "--force", "--data", folder.At("data"));
            Assert.DoesNotContain("restoring", Directory.GetDirectories(folder.At("data")).Select(Path.GetFileName));
        }
    }

    [Fact]
    public async Task A_restore_needs_an_unused_folder_and_with_force_keeps_what_was_there()
    {
        using var folder = new TemporaryFolder();
        var (data, backup) = (folder.At("data"), folder.At("backup"));
        await using (var server = await ServerProcess.StartAsync(data))
        {
            Assert.Equal(0, (await ServerProcess.RunAsync("backup", backup, "--data", data)).ExitCode);
            await AssertRefusedAsync($"in use by process {server.Id} ", "restore", backup, "--force", "--data", data);
            await server.StopAsync();
        }
        await AssertRefusedAsync("--force", "restore", backup, "--data", data);
        Execute(Path.Combine(data, "livecomments.db"), $"INSERT INTO removed_events VALUES (x'01')");
        var forced = await ServerProcess.RunAsync("restore", backup, "--force", "--data", data);
        Assert.True(forced.ExitCode == 0, forced.Error);
        var kept = Assert.Single(Directory.GetDirectories(data, "replaced-*"));
        Assert.Contains(kept, forced.Error);
        Assert.Equal(1L, Execute(Path.Combine(kept, "livecomments.db"), "SELECT count(*) FROM removed_events"));
        Assert.Equal(0L, Execute(Path.Combine(data, "livecomments.db"), "SELECT count(*) FROM removed_events"));
        await AssertRefusedAsync("exists", "backup", backup, "--data", data);
    }

    [Fact]
    public async Task A_restore_ends_every_log_in_and_brings_the_keys_back()
    {
        using var folder = new TemporaryFolder();
        var (data, backup, restored) = (folder.At("data"), folder.At("backup"), folder.At("restored"));
        var token = (await ServerProcess.RunAsync("token", "--data", data)).Output;
        await using (var server = await ServerProcess.StartAsync(data))
            await server.StopAsync();
        Execute(Path.Combine(data, "livecomments.db"), """
            INSERT INTO users (user_id, username, display_name, created_at, updated_at) VALUES (x'01', 'ann', 'Ann', 1, 1);
            INSERT INTO user_sessions (session_id, user_id, refresh_family, refresh_secret, created_at, expires_at) VALUES (x'02', x'01', x'03', x'04', 1, 9999999999999);
            """);
        Assert.Equal(0, (await ServerProcess.RunAsync("backup", backup, "--data", data)).ExitCode);
        Assert.Equal(0, (await ServerProcess.RunAsync("restore", backup, "--data", restored)).ExitCode);
        Assert.Equal(1L, Execute(Path.Combine(data, "livecomments.db"), "SELECT count(*) FROM user_sessions WHERE ended_at IS NULL"));
        Assert.Equal(0L, Execute(Path.Combine(restored, "livecomments.db"), "SELECT count(*) FROM user_sessions WHERE ended_at IS NULL"));
        var keys = Directory.GetFiles(Path.Combine(data, "keys"), "*", SearchOption.AllDirectories);
        Assert.NotEmpty(keys);
        Assert.All(keys, key => Assert.Equal(File.ReadAllBytes(key), File.ReadAllBytes(Path.Combine(restored, Path.GetRelativePath(data, key)))));
        Assert.NotEmpty(token);
    }

    private static async Task<EventId> CreateAsync(TestServer server, string videoId)
    {
        var (id, now) = (EventId.New(TimeProvider.System), DateTimeOffset.UtcNow);
        await server.Services.GetRequiredService<IEventLog>().AppendAsync(id, [new StatusDraft(EventStatus.Live)], default);
        Assert.Null(await server.Services.GetRequiredService<IEventCatalog>().AddAsync(
            new LiveEvent(id, videoId, videoId, null, "news", EventStatus.Live, now, false, null, "UTC", EventSettings.Default, Ann.Id, now, now), default));
        return id;
    }

    private static async Task FillAsync(IEventLog log, EventId id, int comments)
    {
        foreach (var some in Enumerable.Range(0, comments).Chunk(500))
            await log.AppendAsync(id, [.. some.Select(number => Draft($"comment {number} {new string('x', 200)}"))], default);
    }

    private static CommentDraft Draft(string text) => new(CommentId.New(TimeProvider.System), Ann, text, null, [], null, null);

    private static async Task<List<Entry>> EntriesAsync(WebApplication app, EventId id)
    {
        var log = app.Services.GetRequiredService<IEventLog>();
        var entries = new List<Entry>();
        while ((await log.ReadAsync(id, entries.Count, 1_000, default))!.Entries is { Count: > 0 } page)
            entries.AddRange(page);
        return entries;
    }

    private static async Task<string> FirstFramesAsync(ServerProcess server, EventId id, Position after, int frames)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, $"/live/{id}/comments/stream?after={after}"));
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var text = "";
        while (frames > 0 && await reader.ReadLineAsync() is { } line)
        {
            text += line + "\n";
            frames -= line.StartsWith("data:", StringComparison.Ordinal) ? 1 : 0;
        }
        return text;
    }

    private static int Count(List<CommentId> ids)
    {
        lock (ids)
            return ids.Count;
    }

    private static List<CommentId> Snapshot(List<CommentId> ids)
    {
        lock (ids)
            return [.. ids];
    }

    private static async Task AssertRefusedAsync(string reason, params string[] arguments)
    {
        var (exitCode, output, error) = await ServerProcess.RunAsync(arguments);
        Assert.True(exitCode == 2, $"{exitCode}: {output}{error}");
        Assert.Contains(reason, error);
        Assert.DoesNotContain("   at ", error);
    }

    private static object? Execute(string database, string sql)
    {
        SQLitePCL.Batteries_V2.Init();
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
