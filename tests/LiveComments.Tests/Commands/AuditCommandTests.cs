using System.Text.Json;
using LiveComments.Moderation;
using LiveComments.Sqlite;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Commands;

public sealed class AuditCommandTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        await DecideAsync(DecisionAction.Warn, "Be kind.");
        await DecideAsync(DecisionAction.Ban, null);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_whole_log_is_verified_beside_a_server_and_its_last_line_is_printed()
    {
        var (exitCode, output, error) = await RunAsync("verify");
        Assert.True(exitCode == 0, error);
        Assert.Matches("^2:[0-9a-f]{64}\n$", output);
        await DecideAsync(DecisionAction.Lift, null);
        Assert.Equal(0, (await RunAsync("verify", "--contains", output.Trim())).ExitCode);
        // As after a chain that was cut off or written anew.
        foreach (var (seq, hash) in ((string, string)[])[("4", output.Trim()[2..]), ("2", new string('0', 64))])
            await FailsAsync($"no line {seq}", "--contains", $"{seq}:{hash}");
        foreach (var nonsense in (string[])["2", "2:00", "x:" + output.Trim()[2..]])
            await FailsAsync("SEQ:HASH", "--contains", nonsense);
    }

    [Theory]
    [InlineData("UPDATE moderation_audit SET by_user = user_id WHERE seq = 1", "line 1 is not the one that was written")]
    [InlineData("DELETE FROM moderation_audit WHERE seq = 1", "line 1 is missing")]
    [InlineData("UPDATE moderation_reasons SET reason = 'Be kinder.' WHERE seq = 1", "the reason of line 1")]
    public async Task A_log_that_somebody_changed_is_found(string change, string fault)
    {
        await _server.Services.GetRequiredService<SqliteDatabase>().WriteAsync(connection =>
            connection.Execute("DROP TRIGGER moderation_audit_stays") + connection.Execute("DROP TRIGGER moderation_audit_is_kept") + connection.Execute(change), default);
        await FailsAsync(fault);
    }

    [Fact]
    public async Task It_is_exported_line_by_line()
    {
        var (exitCode, output, error) = await RunAsync("export");
        Assert.True(exitCode == 0, error);
        Assert.Contains("2 lines", error, StringComparison.Ordinal);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([("warn", "Be kind."), ("ban", null)], lines.Select(line => (line.Text("action")!, line.TryGetProperty("reason", out var reason) ? reason.GetString() : null)));
        using var folder = new TemporaryFolder();
        Assert.Equal(0, (await RunAsync("export", "--out", folder.At("audit.jsonl"))).ExitCode);
        Assert.Equal(output, await File.ReadAllTextAsync(folder.At("audit.jsonl")));
    }

    private async Task DecideAsync(DecisionAction action, string? reason)
    {
        var decision = new ModeratorDecision(Guid.NewGuid(), null, new UserId(Guid.NewGuid()), DateTimeOffset.UtcNow, action, null, new UserId(Guid.Parse("0198c0de-0000-7000-8000-0000000000a1")), Reason: reason);
        Assert.Equal(DecisionStatus.Done, (await _server.Services.GetRequiredService<IModerationStore>().DecideAsync([decision], default))[0].Status);
    }

    private async Task FailsAsync(string message, params string[] arguments)
    {
        var (exitCode, _, error) = await RunAsync(["verify", .. arguments]);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) => ServerProcess.RunAsync(["audit", .. arguments, "--data", _server.Data]);
}
