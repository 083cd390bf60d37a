using System.CommandLine;
using System.Globalization;
using System.Text;
using LiveComments.Load.Measure;
using LiveComments.Load.Recipes;
using LiveComments.Load.Target;

namespace LiveComments.Load.Commands;

/// <summary><c>results</c>: the runs that are reported, each on a fresh server, written to a file.</summary>
internal static class ResultsCommand
{
    public static void Add(RootCommand root, Option<bool> json)
    {
        Option<FileInfo> chat = new("--file") { Description = "The recorded chat for replay; without it replay is left out." };
        Option<FileInfo> output = new("--out") { Description = "The Markdown file to write.", DefaultValueFactory = _ => new FileInfo("tests/LiveComments.Load/RESULTS.md") };
        var target = new TargetOptions();
        var command = new Command("results", "Runs replay and both throughput recipes, each on a fresh server, and writes the figures to a file.") { chat, output, RecipeCommands.Seconds };
        target.AddTo(command);
        command.SetAction((result, ct) => LoadCommand.GuardAsync(result.GetValue(json), async progress =>
        {
            var duration = TimeSpan.FromSeconds(result.GetValue(RecipeCommands.Seconds));
            var comments = new CommentThroughput(Posters: 64, InFlight: 32, duration, Viewers: 1, Length: 40);
            var reactions = new ReactionThroughput(Posters: 256, InFlight: 32, duration, Comments: 1_000);
            var runs = new List<(string Line, int Users, Func<LoadTarget, Task<Report>> Run)>
            {
                ($"throughput comments --posters 64 --inflight 32 --seconds {duration.TotalSeconds}", comments.Posters, target => comments.RunAsync(target, progress, ct)),
                ($"throughput reactions --posters 256 --inflight 32 --comments 1000 --seconds {duration.TotalSeconds}", reactions.Posters, target => reactions.RunAsync(target, progress, ct)),
            };
            if (result.GetValue(chat) is { } file)
            {
                var replay = new Replay(RecipeCommands.ReadChat(file), Viewers: 500, HttpConnections: 128, Window: 512, ServerSentEvents: false);
                runs.Insert(0, ($"replay --file {file.Name} --viewers 500 --http 128 --window 512", replay.Chat.Users, target => Task.FromResult(replay.Run(target, progress, ct))));
            }

            var text = new StringBuilder("# Load results\n\n");
            text.Append(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd}, {Machine.Describe()}. Client and server share the machine; the server's rate limits are off.\n");
            var passed = true;
            foreach (var (line, users, run) in runs)
            {
                await using var server = await target.OpenAsync(result, users, ct);
                var report = await run(server);
                if (result.GetValue(json))
                    Console.WriteLine(report.ToJson());
                else
                    report.Print();
                text.Append(CultureInfo.InvariantCulture, $"\n## {report.Stage}\n\n    {line}\n\n{report.ToMarkdown()}");
                passed &= report.Passed;
            }
            await File.WriteAllTextAsync(result.GetValue(output)!.FullName, text.ToString(), ct);
            return passed ? 0 : LoadCommand.Failed;
        }));
        root.Subcommands.Add(command);
    }
}
