using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.Versioning;
using LiveComments.Tests.PostgreSql;

namespace LiveComments.Tests.Deploy;

/// <summary><c>deploy/local</c> as somebody who tries it out uses it.</summary>
[UnsupportedOSPlatform("windows"), RequiresPostgreSql]
public sealed class LocalNodesTests
{
    [RequiresFact("bash", "nginx", "setpriv", "flock")]
    public async Task Nodes_start_behind_nginx_take_a_comment_and_leave_no_process()
    {
        using var folder = new TemporaryFolder();
        await using (var local = await LocalNodes.StartAsync(folder))
        {
            Assert.Contains(local.Lines, line => line.Contains(local.Address.ToString().TrimEnd('/'), StringComparison.Ordinal));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.At("encryption-key")));
            Assert.Equal(2, local.Nodes.Count);

            using var client = await local.ClientAsync("administrator");
            await LocalNodes.GoLiveAsync(client, "cup-final");
            await LocalNodes.SucceedAsync(client.PostAsJsonAsync("live/cup-final/comments", new { commentText = "Through nginx" }));
            Assert.Contains("Through nginx", await client.GetStringAsync("live/cup-final/comments"), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("metrics")).StatusCode);
            Assert.NotEmpty(ProcessesWith(folder.Path));
            Assert.Equal(0, await local.StopAsync());
        }
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
        using var local = Process.Start(LocalNodes.StartInfo(Path.Combine(Repository.Root, "deploy", "local"), arguments))!;
        Assert.Contains(reason, await local.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        await local.WaitForExitAsync();
        Assert.Equal(2, local.ExitCode);
    }

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
}
