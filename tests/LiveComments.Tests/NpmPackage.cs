using System.ComponentModel;
using System.Diagnostics;

namespace LiveComments.Tests;

/// <summary>A program of npm's that tests use: it is brought into the artifacts folder once.</summary>
internal static class NpmPackage
{
    /// <param name="folder">Its own below the artifacts folder.</param>
    /// <param name="file">One that is there when the package is, relative to <c>node_modules</c>.</param>
    /// <returns>Its whole path, and why it is not there; null when it is.</returns>
    public static (string Path, string? Obstacle) Bring(string folder, string name, string version, string file)
    {
        var root = Path.Combine(Repository.Root, "artifacts", folder);
        var path = Path.Combine(root, "node_modules", file);
        if (File.Exists(path))
            return (path, null);
        try
        {
            Directory.CreateDirectory(root);
            using var npm = Process.Start(new ProcessStartInfo("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", root, $"{name}@{version}"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            _ = npm.StandardOutput.ReadToEndAsync();
            _ = npm.StandardError.ReadToEndAsync();
            if (!npm.WaitForExit(TimeSpan.FromMinutes(5)))
                npm.Kill(entireProcessTree: true);
            return (path, npm.HasExited && npm.ExitCode == 0 && File.Exists(path) ? null : $"npm did not bring {name} {version}");
        }
        catch (Win32Exception)
        {
            return (path, $"needs npm, which brings {name}");
        }
    }
}
