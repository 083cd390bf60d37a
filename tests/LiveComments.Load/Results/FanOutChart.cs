using System.Globalization;
using System.Security;
using System.Text;
using LiveComments.Load.Measure;

namespace LiveComments.Load.Results;

/// <summary>The essence as a picture: what a delivered comment costs the server, a bar for each run. SVG that suits light and dark pages.</summary>
internal static class FanOutChart
{
    private const int Left = 330, Right = 200, Bars = 330, BarHeight = 20, Gap = 8, Top = 64;

    public static string Write(IReadOnlyList<Report> reports)
    {
        var bars = ResultsPage.FanOut.Rows(reports)
            .Select(row => (Label: Label(row[0]), Cpu: Column.Median(row, "server CPU per delivery (µs)") ?? 0, Latency: Column.Median(row, "delivery latency p99 (ms)") ?? 0))
            .Where(bar => bar.Cpu > 0).ToList();
        var longest = bars.Select(bar => bar.Cpu).DefaultIfEmpty(1).Max();
        var height = Top + bars.Count * (BarHeight + Gap) + 12;
        var width = Left + Bars + Right;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $$"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{width}} {{height}}" width="{{width}}" height="{{height}}" role="img" aria-labelledby="title">
              <title id="title">Server CPU time for each delivered comment, in microseconds, with the 99th percentile of delivery latency</title>
              <style>
                text { font: 14px system-ui, sans-serif; fill: #1f2328; }
                .head { font-size: 17px; font-weight: 600; }
                .note { fill: #59636e; }
                .bar { fill: #0969da; }
                @media (prefers-color-scheme: dark) { text { fill: #f0f6fc; } .note { fill: #9198a1; } .bar { fill: #4493f8; } }
              </style>
              <text class="head" x="0" y="20">Server CPU time for each delivered comment</text>
              <text class="note" x="0" y="42">shorter is better; at the right microseconds, and in how many milliseconds 99 of 100 arrived</text>

            """);
        for (var i = 0; i < bars.Count; i++)
        {
            var (label, cpu, latency) = bars[i];
            var y = Top + i * (BarHeight + Gap);
            var length = Math.Max(2, cpu / longest * Bars);
            svg.Append(CultureInfo.InvariantCulture, $"""
                  <text x="{Left - 10}" y="{y + 15}" text-anchor="end">{SecurityElement.Escape(label)}</text>
                  <rect class="bar" x="{Left}" y="{y}" width="{length:0.#}" height="{BarHeight}" rx="3"/>
                  <text x="{Left + length + 8:0.#}" y="{y + 15}">{Column.Shown(cpu)} µs<tspan class="note">, {Column.Shown(latency)} ms</tspan></text>

                """);
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static string Label(Report run)
    {
        var rooms = run.Number("rooms") ?? 1;
        var over = rooms > 1 ? string.Create(CultureInfo.InvariantCulture, $" over {rooms:N0} events") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{run.Number("viewers"):N0} viewers{over}, {run.Number("comments per second and room"):0}/s, {(string?)run.Figure("transport")}");
    }
}
