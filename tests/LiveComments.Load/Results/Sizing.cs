using System.Globalization;
using System.Text;
using LiveComments.Load.Measure;

namespace LiveComments.Load.Results;

/// <summary>What viewers need, reckoned from what one was measured to cost.</summary>
/// <param name="Quiet">A room of few comments, each shown at once.</param>
/// <param name="Busy">A room at its display budget.</param>
/// <param name="BusyTls">The same over TLS; null where it was not measured.</param>
/// <param name="BusyDeflated">The same compressed; null where it was not measured.</param>
/// <param name="Memory">KB of a connection in the process.</param>
internal sealed record Sizing(Sizing.Room Quiet, Sizing.Room Busy, Sizing.Room? BusyTls, Sizing.Room? BusyDeflated, double Memory)
{
    private const int QuietRate = 20, BusyRate = 200, Viewers = 1_000;

    /// <summary>What one viewer of a room costs.</summary>
    /// <param name="Batches">A second.</param>
    /// <param name="Cpu">Microseconds for a batch to a viewer, everything included.</param>
    /// <param name="Received">KB a second.</param>
    internal sealed record Room(double Rate, double Batches, double Cpu, double Received)
    {
        public double Cores(double viewers) => viewers * Batches * Cpu / 1e6;

        public double Gigabits(double viewers) => viewers * Received * 1024 * 8 / 1e9;
    }

    /// <returns>Null while the runs it needs are not there.</returns>
    public static Sizing? Of(IReadOnlyList<Report> reports)
    {
        var rows = ResultsPage.FanOut.Rows(reports);
        var idle = ResultsPage.Idle.Rows(reports).FirstOrDefault(row => row[0].Figure("transport") is "WebSocket");
        return Find("WebSocket", QuietRate) is { } quiet && Find("WebSocket", BusyRate) is { } busy && idle is not null && Column.Median(idle, "resident memory per connection (KB)") is { } memory
            ? new Sizing(quiet, busy, Find("WebSocket over TLS 1.3", BusyRate), Find("compressed WebSocket", BusyRate), memory)
            : null;

        Room? Find(string transport, int rate) =>
            rows.FirstOrDefault(row => row[0].Figure("transport") is string found && found == transport && row[0].Number("rooms") == 1 && row[0].Number("viewers") == Viewers && row[0].Number("comments per second and room") == rate) is { } row
            && Column.Median(row, "server CPU per viewer and second, all (µs)") is { } cpu && Column.Median(row, "batches per viewer and second") is { } batches and > 0 && Column.Median(row, "received per viewer and second (KB)") is { } received
                ? new Room(rate, batches, cpu / batches, received)
                : null;
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            cores = viewers × batches/s × µs per batch ÷ 1,000,000; memory = viewers × KB per connection; bandwidth = viewers × KB/s × 8. Measured with {Viewers:N0} viewers of one
            event, taking comments included: {Says(Quiet)}; {Says(Busy)}{(BusyTls is null ? "" : $"; over TLS 1.3, {Says(BusyTls)}")}{(BusyDeflated is null ? "" : $"; compressed, {Says(BusyDeflated)}")}; {Shown(Memory)} KB for a
            connection. Of ordinary comments a room never shows more than its display budget ({BusyRate}/s by default), so the busy column is the most that a viewer costs, however much is written. Beyond one machine the
            figures are multiplied, not measured: many nodes share them out.

            | viewers | cores, {Quiet.Rate:0} comments/s | cores, {Busy.Rate:0} comments/s or more |{(BusyTls is null ? "" : " the same over TLS |")} memory | Gbit/s, {Quiet.Rate:0} comments/s | Gbit/s, {Busy.Rate:0} comments/s or more |{(BusyDeflated is null ? "" : " the same compressed |")}
            |---:|---:|---:|{(BusyTls is null ? "" : "---:|")}---:|---:|---:|{(BusyDeflated is null ? "" : "---:|")}

            """);
        foreach (var viewers in new[] { 1_000, 10_000, 100_000, 1_000_000, 10_000_000 })
            text.Append(CultureInfo.InvariantCulture, $"| {viewers:N0} | {Shown(Quiet.Cores(viewers))} | {Shown(Busy.Cores(viewers))} |{(BusyTls is null ? "" : $" {Shown(BusyTls.Cores(viewers))} |")} {Bytes(viewers * Memory)} | {Shown(Quiet.Gigabits(viewers))} | {Shown(Busy.Gigabits(viewers))} |{(BusyDeflated is null ? "" : $" {Shown(BusyDeflated.Gigabits(viewers))} |")}\n");
        return text.ToString();
    }

    private static string Says(Room room) => string.Create(CultureInfo.InvariantCulture, $"{room.Rate:0} comments/s are {Shown(room.Batches)} batches/s of {Shown(room.Cpu)} µs and {Shown(room.Received)} KB/s");

    private static string Shown(double value) => Column.Shown(value);

    private static string Bytes(double kilobytes) => kilobytes >= 1024 * 1024 ? $"{Shown(kilobytes / 1024 / 1024)} GB" : $"{Shown(kilobytes / 1024)} MB";
}
