using LiveComments.Load.Measure;

namespace LiveComments.Load.Results;

/// <summary>The lines of JSON that the pages are written from, one a stage.</summary>
internal sealed class ResultsFile(string path)
{
    public string Path => path;

    /// <summary>Removes what a command line gave before.</summary>
    public void Remove(string command)
    {
        if (File.Exists(path))
            File.WriteAllLines(path, [.. File.ReadAllLines(path).Where(line => Report.Parse(line).Command != command)]);
    }

    /// <summary>What is there of these command lines, in their order; of others, at the end.</summary>
    public IReadOnlyList<Report> Read(IReadOnlyList<string> commands)
    {
        var order = commands.Select((command, index) => (command, index)).ToDictionary(pair => pair.command, pair => pair.index);
        return [.. (File.Exists(path) ? File.ReadAllLines(path) : []).Select(Report.Parse).OrderBy(report => order.GetValueOrDefault(report.Command, int.MaxValue))];
    }
}
