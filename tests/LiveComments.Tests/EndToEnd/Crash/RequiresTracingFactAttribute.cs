using System.ComponentModel;
using System.Diagnostics;

namespace LiveComments.Tests.EndToEnd.Crash;

/// <summary>A test that traces system calls: without strace, or where tracing is forbidden, it is reported as skipped, with the reason.</summary>
internal sealed class RequiresTracingFactAttribute : FactAttribute
{
    private static readonly string? Obstacle = FindObstacle();

    public RequiresTracingFactAttribute() => Skip = Obstacle;

    private static string? FindObstacle()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("strace", ["-f", "-o", "/dev/null", "true"]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : "this machine does not permit tracing (ptrace)";
        }
        catch (Win32Exception)
        {
            return "needs strace";
        }
    }
}
