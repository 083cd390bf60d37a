using System.ComponentModel;
using System.Diagnostics;

namespace LiveComments.Tests.Browser;

/// <summary>A test that needs a browser and axe-core, which npm brings into the artifacts folder; without them it is reported as skipped, with the reason.</summary>
internal sealed class RequiresAxeFactAttribute : FactAttribute
{
    private const string Version = "4.14.1";

    private static readonly string Folder = Path.Combine(Repository.Root, "artifacts", "axe");

    public static readonly string Script = Path.Combine(Folder, "node_modules", "axe-core", "axe.min.js");

    private static readonly string? Obstacle = FindObstacle();

    public RequiresAxeFactAttribute() => Skip = Obstacle;

    private static string? FindObstacle()
    {
        if (new RequiresFactAttribute(Chromium.Program).Skip is { } missing)
            return missing;
        if (File.Exists(Script))
            return null;
        try
        {
            Directory.CreateDirectory(Folder);
            using var npm = Process.Start(new ProcessStartInfo("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", Folder, $"axe-core@{Version}"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            _ = npm.StandardOutput.ReadToEndAsync();
            _ = npm.StandardError.ReadToEndAsync();
            if (!npm.WaitForExit(TimeSpan.FromMinutes(1)))
                npm.Kill(entireProcessTree: true);
            return File.Exists(Script) ? null : $"npm did not bring axe-core {Version}";
        }
        catch (Win32Exception)
        {
            return "needs npm, which brings axe-core";
        }
    }
}
