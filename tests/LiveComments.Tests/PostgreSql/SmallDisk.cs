using System.Diagnostics;

namespace LiveComments.Tests.PostgreSql;

/// <summary>A file system of a few megabytes in memory, which belongs to the user of PostgreSQL. To mount it takes root.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="megabytes">What it holds.</param>
    public SmallDisk(int megabytes)
    {
        Path = _folder.At("disk");
        Directory.CreateDirectory(Path);
        // Its user must get there.
        if (!Run("chmod", "o+x", _folder.Path) || !Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=0700", "tmpfs", Path) || !Run("chown", PostgreSqlServer.Account, Path))
            throw new InvalidOperationException("It cannot be mounted.");
    }

    /// <summary>Why there can be none on this machine; null when there can.</summary>
    public static string? Obstacle { get; } = FindObstacle();

    public string Path { get; }

    private string Filler => System.IO.Path.Combine(Path, "filler");

    /// <summary>Takes all room that is left.</summary>
    public void Fill()
    {
        using var filler = File.Create(Filler, 1);
        var page = new byte[4_096];
        try
        {
            while (true)
                filler.Write(page);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Free() => File.Delete(Filler);

    public void Dispose()
    {
        Run("umount", "--lazy", Path);
        _folder.Dispose();
    }

    private static string? FindObstacle()
    {
        if (!Environment.IsPrivilegedProcess)
            return "needs root, to mount a small disk";
        try
        {
            new SmallDisk(1).Dispose();
            return null;
        }
        catch (InvalidOperationException)
        {
            return "needs the right to mount a small disk";
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
