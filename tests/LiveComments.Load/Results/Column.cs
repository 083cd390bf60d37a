using System.Globalization;
using LiveComments.Load.Measure;

namespace LiveComments.Load.Results;

/// <summary>A column of a table of results.</summary>
/// <param name="Key">The figure's name in the JSON.</param>
/// <param name="Names">True when it says what was run: runs that agree in all of these are one row, of medians.</param>
internal sealed record Column(string Header, string Key, bool Names = false)
{
    /// <summary>What stands in the row of these runs.</summary>
    public string Of(IReadOnlyCollection<Report> runs) =>
        runs.First().Figure(Key) is string text ? text : Median(runs, Key) is { } number ? Shown(number) : "";

    /// <summary>The middle one of a figure of several runs; null where none has it.</summary>
    public static double? Median(IEnumerable<Report> runs, string key)
    {
        var values = runs.Select(run => run.Number(key)).OfType<double>().Order().ToList();
        return values.Count == 0 ? null : values[values.Count / 2];
    }

    public static string Shown(double number) =>
        number.ToString(Math.Abs(number) >= 100 ? "#,0" : Math.Abs(number) >= 10 ? "0.#" : "0.##", CultureInfo.InvariantCulture);
}
