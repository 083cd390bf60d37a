using System.Globalization;
using System.Text;
using LiveComments.Load.Measure;

namespace LiveComments.Load.Results;

/// <summary>One table of the page of results: all runs of a stage.</summary>
/// <param name="Text">What was done and how to read it.</param>
internal sealed record Section(string Stage, string Title, string Text, params IReadOnlyList<Column> Columns)
{
    /// <summary>Runs that are rows of the table, in the order of the first of each; runs of the same kind are together.</summary>
    public IReadOnlyList<IReadOnlyList<Report>> Rows(IEnumerable<Report> reports) =>
        [.. reports.Where(report => report.Stage == Stage)
            .GroupBy(report => string.Join('|', Columns.Where(column => column.Names).Select(column => report.Figure(column.Key))))
            .Select(group => group.ToList())];

    public string ToMarkdown(IReadOnlyList<Report> reports)
    {
        var rows = Rows(reports);
        if (rows.Count == 0)
            return "";
        var columns = Columns.Where(column => rows.Any(row => column.Of(row).Length > 0)).ToList();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"## {Title}\n\n{Text}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", columns.Select(column => column.Header))} | checked |\n|{string.Concat(columns.Select(column => column.Names ? "---|" : "---:|"))}---|\n");
        foreach (var row in rows)
            text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", columns.Select(column => column.Of(row)))} | {Checked(row)} |\n");
        text.Append('\n');
        foreach (var command in rows.SelectMany(row => row).Select(report => report.Command).Distinct())
            text.Append(CultureInfo.InvariantCulture, $"    {command}\n");
        foreach (var report in rows.SelectMany(row => row).Where(report => !report.Passed))
            text.Append(CultureInfo.InvariantCulture, $"\nNot passed: `{report.Command}`: {report.Verdict}\n");
        return text.Append('\n').ToString();
    }

    private static string Checked(IReadOnlyList<Report> runs) =>
        runs.All(run => run.Verdict is null) ? "" : runs.All(run => run.Passed) ? runs.Count == 1 ? "yes" : $"yes, {runs.Count} runs" : $"no: {runs.Count(run => !run.Passed)} of {runs.Count}";
}
