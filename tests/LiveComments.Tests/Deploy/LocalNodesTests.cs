using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.Versioning;
using LiveComments.Tests.PostgreSql;

namespace LiveComments.Tests.Deploy;

/// <summary><c>deploy/local</c> as somebody who tries it out uses it.</summary>
[UnsupportedOSPlatform("windows"), RequiresPostgreSql]
public sealed class LocalNodesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [RequiresFact("bash", "nginx", "setpriv", "flock")]
    public async Task Nodes_start_behind_nginx_take_a_comment_and_leave_no_process()
    {
        using var folder = new TemporaryFolder();
        var address = new Uri($"http://127.0.0.1:{FreePort()}/");
        using var local = Start(Path.Combine(Repository.Root, "deploy", "local"), "--nodes", "2", "--port", address.Port.ToString(CultureInfo.InvariantCulture), "--data", folder.Path, "--server",
            Path.Combine(AppContext.BaseDirectory, "LiveComments.Server.dll"));
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var lines = new List<string>();
            while (!lines.Exists(line => line.Contains("Stop ", StringComparison.Ordinal)))
                lines.Add(await local.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException(string.Join('\n', lines) + await local.StandardError.ReadToEndAsync(patience.Token)));
            Assert.Contains(lines, line => line.Contains(address.ToString().TrimEnd('/'), StringComparison.Ordinal));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.At("encryption-key")));

            using var client = new HttpClient { BaseAddress = address };
            using var token = Start(folder.At("livecomments"), "token", "--role", "administrator");
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await token.StandardOutput.ReadToEndAsync(patience.Token)).Trim());
            await SucceedAsync(client.PostAsJsonAsync("events", new { title = "Cup final", eventType = "sports", startTime = "2030-06-01T18:00:00Z", videoID = "cup-final" }, patience.Token));
            await SucceedAsync(client.PostAsync("events/cup-final/start", null, patience.Token));
            await SucceedAsync(client.PostAsJsonAsync("live/cup-final/comments", new { commentText = "Through nginx" }, patience.Token));
            Assert.Contains("Through nginx", await client.GetStringAsync("live/cup-final/comments", patience.Token), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("metrics", patience.Token)).StatusCode);
            Assert.NotEmpty(ProcessesWith(folder.Path));
        }
        finally
        {
            using var kill = Process.Start("kill", ["-TERM", local.Id.ToString(CultureInfo.InvariantCulture)]);
            await local.WaitForExitAsync(patience.Token);
        }
        Assert.Equal(0, local.ExitCode);
        Assert.Empty(ProcessesWith(folder.Path));
    }

    [RequiresFact("bash", "nginx", "setpriv", "flock")]
    public async Task A_port_that_is_taken_and_a_wrong_option_are_refused()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await RefusedAsync("somebody listens on port", "--port", ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture));
        await RefusedAsync("--nodes is from 1 to 9", "--nodes", "0");
        await RefusedAsync("is not an option", "--node", "2");
    }

    private static async Task RefusedAsync(string reason, params string[] arguments)
    {
        using var local = Start(Path.Combine(Repository.Root, "deploy", "local"), arguments);
        Assert.Contains(reason, await local.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        await local.WaitForExitAsync();
        Assert.Equal(2, local.ExitCode);
    }

    private static async Task SucceedAsync(Task<HttpResponseMessage> call)
    {
        using var answer = await call;
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    /// <summary>Command lines that name a folder. nginx's workers name nothing, and end with their master.</summary>
    private static List<string> ProcessesWith(string folder) =>
        [.. Directory.EnumerateDirectories("/proc").Where(process => int.TryParse(Path.GetFileName(process), out _)).Select(CommandLine).Where(line => line.Contains(folder, StringComparison.Ordinal))];

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended.
            return "";
        }
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
