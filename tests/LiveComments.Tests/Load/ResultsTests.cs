using System.Xml.Linq;
using LiveComments.Load.Commands;
using LiveComments.Load.Measure;
using LiveComments.Load.Results;

namespace LiveComments.Tests.Load;

public sealed class ResultsTests
{
    private static readonly IReadOnlyList<Report> Reports =
    [
        FanOut("WebSocket", 20, cpu: 5.1, latency: 12.5), FanOut("WebSocket", 20, cpu: 4.1, latency: 99), FanOut("WebSocket", 20, cpu: 60, latency: 11),
        FanOut("WebSocket", 200, cpu: 2, latency: 30), FanOut("WebSocket over TLS 1.3", 200, cpu: 4, latency: 31),
        Named(new Report("idle").Add("transport", "WebSocket").Add("viewers", 5_000).Add("resident memory per connection", 10.0, "KB"), "idle"),
    ];

    [Fact]
    public void A_report_is_read_back_from_its_line_of_json()
    {
        var report = Named(new Report("stage").Add("count", 3).Add("elapsed", 1.5, "s").Add("transport", "SSE").Judge(true, "one").Judge(false, "two"), "fan-out --rates 5");
        var read = Report.Parse(report.ToJson());
        Assert.Equal(report.ToJson(), read.ToJson());
        Assert.Equal(("stage", "fan-out --rates 5", 3.0, 1.5, "SSE", "one; two", false), (read.Stage, read.Command, read.Number("count"), read.Number("elapsed (s)"), read.Figure("transport"), read.Verdict, read.Passed));
        Assert.Throws<InvalidDataException>(() => Report.Parse("{}"));
        Assert.Throws<InvalidDataException>(() => Report.Parse("no json"));
    }

    [Fact]
    public void Runs_of_the_same_kind_are_one_row_of_medians_with_the_command_that_gives_it()
    {
        var page = ResultsPage.Write(Reports);
        Assert.Contains("| WebSocket | 1,000 | 1 | 20 | 5.1 | ", page, StringComparison.Ordinal);
        Assert.Contains("| 12.5 | yes, 3 runs |", page, StringComparison.Ordinal);
        Assert.Contains("\n    fan-out --rates 20\n", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Everybody comes back", page, StringComparison.Ordinal); // nothing was run of it
    }

    [Fact]
    public void What_did_not_pass_is_said()
    {
        var page = ResultsPage.Write([.. Reports, Named(FanOut("SSE", 50, 1, 1).Judge(false, "FAILED: lost 3"), "fan-out --sse")]);
        Assert.Contains("| no: 1 of 1 |", page, StringComparison.Ordinal);
        Assert.Contains("Not passed: `fan-out --sse`: PASSED; FAILED: lost 3", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_peak_shows_what_was_asked_for_beside_what_was_taken_and_latencies_from_when_it_was_due()
    {
        var page = ResultsPage.Write([Named(Peak("peak"), "peak"), Named(Peak("overload"), "peak")]);
        Assert.Contains("| 16,667 | 166,667 | 1,001 | 16,600 | 84,000 | 163 | 414 | 15,860 | 29,753 | 408 | 733 |", page, StringComparison.Ordinal);
        Assert.Contains("| 16,667 | 166,667 | 16,700 | 0 | 99 | 84,500 | 12,345 | 50 | 408 |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sizes_of_machines_follow_from_the_figures_by_the_formula_shown()
    {
        var sizing = Sizing.Of(Reports)!;
        Assert.Equal(200 * 2 / 1e6 * 100_000, sizing.Busy.Cores(100_000), 9);
        Assert.Equal(2 * sizing.Busy.Cores(1_000), sizing.BusyTls!.Cores(1_000), 9);
        Assert.Equal(70 * 1024 * 8 * 1_000 / 1e9, sizing.Busy.Gigabits(1_000), 9);
        Assert.Contains("| 1,000,000 | 102 | 400 | 800 | 9.54 GB | 57.3 | 573 |", sizing.ToMarkdown(), StringComparison.Ordinal);
        Assert.Null(Sizing.Of([.. Reports.Take(4)]));
    }

    [Fact]
    public void The_chart_is_well_formed_has_a_bar_for_each_row_and_suits_light_and_dark()
    {
        var chart = FanOutChart.Write(Reports);
        var bars = XDocument.Parse(chart).Descendants().Where(element => element.Name.LocalName == "rect").ToList();
        Assert.Equal(3, bars.Count);
        Assert.Contains("1,000 viewers, 200/s, WebSocket over TLS 1.3", chart, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", chart, StringComparison.Ordinal);
        Assert.Equal(chart, FanOutChart.Write(Reports));
    }

    [Fact]
    public void The_command_of_a_run_leaves_out_where_its_figures_go_and_which_server_it_is_against() =>
        Assert.Equal("replay --file chat.csv --viewers 5", LoadCommand.Normalized(["replay", "--file", "/tmp/chat.csv", "--json", "--out", "/tmp/x", "--viewers", "5", "--server", "y"]));

    [Fact]
    public void Metrics_are_counted_since_an_earlier_reading()
    {
        var before = ServerMetrics.Read("# TYPE resumes_total counter\nresumes_total{source=\"ring\"} 3\nother 1\n");
        var now = ServerMetrics.Read("resumes_total{source=\"ring\"} 10\nresumes_total{source=\"store\"} 2\nother 7\n");
        Assert.Equal((7, 2, 9, 0), (now.Since(before, "resumes_total", "source=\"ring\""), now.Since(before, "resumes_total", "source=\"store\""), now.Since(before, "resumes_total"), now.Since(before, "unknown")));
    }

    private static Report FanOut(string transport, int rate, double cpu, double latency) => Named(new Report("fan-out").Add("transport", transport).Add("viewers", 1_000).Add("rooms", 1)
        .Add("comments per second and room", rate).Add("server CPU per delivery", cpu, "µs").Add("server CPU per viewer and second, all", cpu * rate, "µs").Add("batches per viewer and second", Math.Min(rate, 40.0), "")
        .Add("received per viewer and second", rate == 20 ? 7.0 : 70.0, "KB").Add("delivery latency p99", latency, "ms").Judge(true, "PASSED"), $"fan-out --rates {rate}");

    private static Report Peak(string stage) => new Report(stage).Add("comments wanted per second", 16_667).Add("reactions wanted per second", 166_667)
        .Add("comments offered per second", 16_700.0, "").Add("reactions offered per second", 84_500.0, "").Add("comments accepted per second", 16_600.0, "").Add("reactions accepted per second", 84_000.0, "")
        .Add("comments accepted, of the most", 99.0, "%").Add("reactions accepted, of the most", 50.0, "%").Add("comments refused", 0).Add("reactions refused", 12_345).Add("viewers", 1_001)
        .Add("comment answer p99", 408.0, "ms").Add("reaction answer p99", 733.0, "ms").Add("ack latency p50", 163.0, "ms").Add("ack latency p99", 414.0, "ms")
        .Add("reaction ack latency p50", 15_860.0, "ms").Add("reaction ack latency p99", 29_753.0, "ms");

    private static Report Named(Report report, string command)
    {
        report.Command = command;
        return report;
    }
}
