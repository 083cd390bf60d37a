using System.Diagnostics;

namespace LiveComments.Tests.Browser;

public sealed class ClientModuleTests
{
    [RequiresFact("node")]
    public async Task The_modules_own_tests_pass()
    {
        var start = new ProcessStartInfo("node", ["--test", "--test-reporter=tap"])
        {
            WorkingDirectory = Path.Combine(Repository.Root, "tests", "LiveComments.Tests", "Browser", "js"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Inside another runner node would speak to that instead of to us.
        start.Environment.Remove("NODE_TEST_CONTEXT");
        using var node = Process.Start(start)!;
        var errors = node.StandardError.ReadToEndAsync();
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, output + await errors);
        Assert.Matches(@"(?m)^# pass [1-9]\d+$", output);
    }
}
