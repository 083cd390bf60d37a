using System.CommandLine;
using System.Text;
using LiveComments.Load.Measure;
using LiveComments.Load.Results;
using LiveComments.Load.Target;

namespace LiveComments.Load.Commands;

/// <summary><c>results</c>: the runs that are reported, and the pages that are written from them.</summary>
internal static class ResultsCommand
{
    private const string Begin = "<!-- measured -->\n", End = "<!-- /measured -->";

    /// <summary>What is run, each on a fresh server; the tables of the page name the same lines.</summary>
    private static readonly IReadOnlyList<string> Lines =
    [
        "fan-out --viewers 1000 --rates 20,50,200",
        "fan-out --viewers 1000 --rates 20,50,200 --deflate",
        "fan-out --viewers 1000 --rates 20,50,200 --sse",
        "fan-out --viewers 1000 --rates 20,50,200 --tls",
        "fan-out --viewers 5000 --rates 200",
        "fan-out --viewers 5000 --rates 200 --sse",
        "fan-out --viewers 5000 --rates 200 --tls",
        "fan-out --viewers 5000 --rooms 200 --rates 5 --seconds 10",
        "max --viewers 1000",
        "max --viewers 5000",
        "idle --viewers 5000",
        "idle --viewers 5000 --sse",
        "idle --viewers 5000 --tls",
        "idle --viewers 10000",
        "slow --viewers 400 --every 20 --pairs 3",
        "slow --viewers 400 --every 2 --pairs 3",
        "slow --viewers 400 --every 20 --reading 20000",
        "storm --viewers 1000",
        "storm --viewers 5000",
        // What is missed does not fit in memory: the log is read, once for all.
        "storm --viewers 1000 --away 10 --set LiveComments:Feeds:RingEntries=256",
        "storm --viewers 5000 --away 10 --set LiveComments:Feeds:RingEntries=256",
        "cost --viewers 100",
        // One viewer watches everything, and must not fall off the ring: the checker sees through it what was stored.
        "peak --set LiveComments:Feeds:RingEntries=262144",
        "overload --posters 100,2000 --times 3,10",
        "overload --posters 100,2000 --times 3,10 --http",
        "throughput comments --posters 64 --inflight 32",
        "throughput reactions --posters 256 --inflight 32",
    ];

    public static void AddTo(RootCommand root)
    {
        Option<FileInfo> chat = new("--file") { Description = "The recorded chat for replay; without it replay is left out." };
        Option<string> only = new("--only") { Description = "Run only the lines that contain this; what other lines gave before is kept. With what is in no line the pages are only written again." };
        Option<int> repeat = new("--repeat") { Description = "How often each line is run; the tables show medians.", DefaultValueFactory = _ => 1 };
        var command = new Command("results", "Runs every reported line on a fresh server of its own, keeps its figures in results.jsonl, and writes RESULTS.md, docs/fan-out.svg and docs/capacity.md from them.") { chat, only, repeat };
        command.SetAction((result, ct) => LoadCommand.GuardAsync(async () =>
        {
            var lines = Lines.Select(line => line.Split(' ')).ToList();
            if (result.GetValue(chat) is { } file)
                lines.Add(["replay", "--file", file.FullName, "--viewers", "500"]);
            var output = new ResultsFile(Path.Combine(TargetOptions.Root, "tests", "LiveComments.Load", "results.jsonl"));
            var passed = true;
            foreach (var line in lines.Where(line => string.Join(' ', line).Contains(result.GetValue(only) ?? "", StringComparison.Ordinal)))
            {
                output.Remove(LoadCommand.Normalized(line));
                for (var i = 0; i < result.GetValue(repeat); i++)
                {
                    var code = await root.Parse([.. line, "--out", output.Path, .. result.GetValue(LoadCommand.Json) ? ["--json"] : Array.Empty<string>()]).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }, ct);
                    if (code is not (0 or LoadCommand.Failed))
                        return code;
                    passed &= code == 0;
                }
            }
            Write(output.Read([.. lines.Select(LoadCommand.Normalized)]));
            return passed ? 0 : LoadCommand.Failed;
        }));
        root.Subcommands.Add(command);
    }

    private static void Write(IReadOnlyList<Report> reports)
    {
        File.WriteAllText(Path.Combine(TargetOptions.Root, "tests", "LiveComments.Load", "RESULTS.md"), ResultsPage.Write(reports));
        File.WriteAllText(Path.Combine(TargetOptions.Root, "docs", "fan-out.svg"), FanOutChart.Write(reports));
        if (Sizing.Of(reports) is not { } sizing)
            return;
        var page = Path.Combine(TargetOptions.Root, "docs", "capacity.md");
        var text = File.ReadAllText(page);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
            throw new InvalidDataException($"docs/capacity.md has no place for figures: {Begin.Trim()} ... {End}");
        File.WriteAllText(page, new StringBuilder(text[..(begin + Begin.Length)]).Append(sizing.ToMarkdown()).Append(text[end..]).ToString());
    }
}
