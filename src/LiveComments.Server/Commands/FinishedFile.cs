using LiveComments.Server.Files;
using LiveComments.Server.Startup;

namespace LiveComments.Server.Commands;

/// <summary>
/// A file that has its name only when it is complete and on the disk; until then, and for ever if it is disposed before, there is
/// what was there before.
/// </summary>
internal sealed class FinishedFile : IAsyncDisposable
{
    private readonly string _path;
    private readonly string _partial;
    private bool _finished;

    /// <exception cref="CommandException">It cannot be written there.</exception>
    public FinishedFile(string path)
    {
        _path = (File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? Path.GetFullPath(path);
        _partial = $"{_path}.{Environment.ProcessId}.partial";
        // A rename would put a file in the place of the device.
        if (Directory.Exists(_path) || _path.StartsWith("/dev/", StringComparison.Ordinal) || _path.StartsWith("/proc/", StringComparison.Ordinal))
            throw new CommandException($"{_path} is not a file. Name another with --out, or - for standard output.");
        try
        {
            Stream = PrivateFiles.Create(_partial, FileMode.Create);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{_path} cannot be written: {e.Message}");
        }
    }

    public FileStream Stream { get; }

    /// <exception cref="IOException">It is not safely on the disk.</exception>
    public void Finish()
    {
        Fsync.File(Stream);
        File.Move(_partial, _path, overwrite: true);
        Fsync.Folder(Path.GetDirectoryName(_path)!);
        _finished = true;
    }

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        if (!_finished)
            File.Delete(_partial);
    }
}
