using LiveComments.Accounts;
using LiveComments.PersonalData;
using LiveComments.Server.Files;
using LiveComments.Server.Startup;

namespace LiveComments.Server.PersonalData;

/// <summary>
/// The ids of erased people, in a file of the data folder beside the database. A backup that is older than an erasure brings back what was erased; at the start, everybody whom the file has and the store does not
/// is erased again. The file is written anew as a whole and flushed, so it is never half written.
/// </summary>
internal sealed partial class ErasedFile(DataFolder folder, SessionChecks checks, Erasures erasures, TimeProvider time, ILogger<ErasedFile> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly HashSet<UserId> _written = [];

    // Something may have to be written.
    private volatile bool _changed = true;

    /// <exception cref="CommandException">The file cannot be read.</exception>
    /// <exception cref="StoreUnavailableException"/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(folder.Erased))
            Read();
        // By now all that the store has is known.
        var forgotten = _written.Except(checks.Erased()).ToList();
        foreach (var user in forgotten)
            await erasures.BeginAsync(user, cancellationToken);
        if (forgotten.Count > 0)
            LogRepeated(logger, forgotten.Count);
        checks.StandingChanged += Note;
        await base.StartAsync(cancellationToken);
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        checks.StandingChanged -= Note;
        return base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        var failing = false;
        do
        {
            if (!_changed)
                continue;
            _changed = false;
            try
            {
                Write();
                failing = false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (!failing)
                    LogFailed(logger, e, folder.Erased);
                _changed = failing = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Note(UserId user) => _changed = true;

    private void Read()
    {
        var line = 0;
        foreach (var text in File.ReadLines(folder.Erased))
        {
            line++;
            if (!UserId.TryParse(text, out var user))
                throw new CommandException($"{folder.Erased} is damaged: line {line} is no user id. It has the ids of erased people, one on a line; put back a copy, or take the line out.");
            _written.Add(user);
        }
    }

    private void Write()
    {
        UserId[] all = [.. _written.Union(checks.Erased())];
        if (all.Length == _written.Count)
            return;
        var draft = folder.Erased + ".new";
        using (var file = PrivateFiles.Create(draft, FileMode.Create))
        {
            using (var lines = new StreamWriter(file, leaveOpen: true))
                foreach (var user in all)
                    lines.Write($"{user}\n");
            Fsync.File(file);
        }
        File.Move(draft, folder.Erased, overwrite: true);
        Fsync.Folder(folder.Path);
        _written.UnionWith(all);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store does not know that {Count} people were erased, so it was restored from an older backup: they are erased again")]
    private static partial void LogRepeated(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File} cannot be written, and is tried again: until then a restore of a backup brings back who was erased just now")]
    private static partial void LogFailed(ILogger logger, Exception exception, string file);
}
