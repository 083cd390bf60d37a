using System.Text.RegularExpressions;

namespace LiveComments.Tests.EndToEnd.Crash;

/// <summary>
/// Reads a trace of a server's system calls and says of each acknowledged comment whether the disk had it first: its text was
/// written to the write-ahead log, then a sync of that file returned, and only then was its id written to any socket.
/// </summary>
/// <remarks>
/// A trace's lines stand in the order in which the calls were entered. A call that another thread's line interrupts has two: it
/// was entered at the first ("unfinished") and had returned at the second ("resumed").
/// </remarks>
internal sealed partial class SyncProof
{
    private readonly string[] _lines;

    /// <summary>The line at which the sync of the write-ahead log that ends there was entered, by the line at which it had returned without an error.</summary>
    private readonly List<(int Entered, int Returned)> _syncs = [];

    /// <param name="trace">Lines of <c>strace -f -y</c> with long enough strings.</param>
    public SyncProof(IEnumerable<string> trace)
    {
        _lines = [.. trace];
        var entered = new Dictionary<string, int>();
        for (var i = 0; i < _lines.Length; i++)
        {
            var thread = _lines[i].Split(' ', 2)[0];
            if (SyncEntry().IsMatch(_lines[i]))
            {
                if (_lines[i].EndsWith("<unfinished ...>", StringComparison.Ordinal))
                    entered[thread] = i;
                else if (_lines[i].TrimEnd().EndsWith("= 0", StringComparison.Ordinal))
                    _syncs.Add((i, i));
            }
            else if (SyncExit().IsMatch(_lines[i]) && entered.Remove(thread, out var start))
            {
                _syncs.Add((start, i));
            }
        }
    }

    /// <summary>Syncs of the write-ahead log that succeeded.</summary>
    public int Syncs => _syncs.Count;

    /// <param name="text">Letters, digits and dashes that occur in no other comment.</param>
    /// <returns>Null when the order is proved, else what is wrong with it.</returns>
    public string? Objection(string text, Guid commentId)
    {
        var written = Array.FindIndex(_lines, line => WriteEntry().IsMatch(line) && line.Contains(text, StringComparison.Ordinal));
        if (written < 0)
            return $"{text} was never written to the write-ahead log.";
        var told = Array.FindIndex(_lines, line => SocketEntry().IsMatch(line) && line.Contains(commentId.ToString(), StringComparison.OrdinalIgnoreCase));
        if (told < 0)
            return $"No socket was told of {text}: the trace is incomplete.";
        if (!_syncs.Exists(sync => sync.Entered > written && sync.Returned < told))
            return $"{text} was written to the log at line {written + 1} and told to a socket at line {told + 1}, without a sync in between.";
        return null;
    }

    [GeneratedRegex("""^\d+ +(\S+ +)?(pwrite64|write|pwritev|writev)\(\d+<[^>]*-wal>""")]
    private static partial Regex WriteEntry();

    [GeneratedRegex("""^\d+ +(\S+ +)?(fsync|fdatasync)\(\d+<[^>]*-wal>""")]
    private static partial Regex SyncEntry();

    [GeneratedRegex("""^\d+ +(\S+ +)?<\.\.\. (fsync|fdatasync) resumed>\) += 0$""")]
    private static partial Regex SyncExit();

    [GeneratedRegex("""^\d+ +(\S+ +)?(sendto|sendmsg|sendmmsg|write|writev|splice|sendfile)\(\d+<(socket|TCP)""")]
    private static partial Regex SocketEntry();
}
