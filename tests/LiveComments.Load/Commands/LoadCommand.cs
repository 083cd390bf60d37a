using System.CommandLine;
using LiveComments.Load.Measure;
using LiveComments.Load.Target;
using Spectre.Console;

namespace LiveComments.Load.Commands;

/// <summary>What every recipe's command shares: a target, a live line while it runs, a table or a line of JSON at the end.</summary>
internal sealed class LoadCommand
{
    public const int Failed = 1, Impossible = 2, Interrupted = 130;

    private readonly TargetOptions _target = new();
    private readonly Option<bool> _json;

    private LoadCommand(Option<bool> json) => _json = json;

    /// <param name="users">How many users' tokens the recipe needs.</param>
    /// <param name="run">Runs the recipe against a target.</param>
    public static void Add(Command parent, Command command, Option<bool> json, Func<ParseResult, int> users,
        Func<ParseResult, LoadTarget, Action<string>, CancellationToken, Task<Report>> run)
    {
        var shared = new LoadCommand(json);
        shared._target.AddTo(command);
        command.SetAction((result, ct) => shared.RunAsync(result, users(result), run, ct));
        parent.Subcommands.Add(command);
    }

    /// <summary>Runs something with a live line on a terminal, and turns what stops it into an exit code.</summary>
    public static async Task<int> GuardAsync(bool quiet, Func<Action<string>, Task<int>> run)
    {
        try
        {
            if (quiet || !AnsiConsole.Profile.Out.IsTerminal)
                return await run(_ => { });
            return await AnsiConsole.Status().StartAsync("starting", context => run(line => context.Status(Markup.Escape(line))));
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Interrupted.");
            return Interrupted;
        }
        catch (Exception e) when (e is LoadException or IOException or InvalidDataException or ArgumentException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Impossible;
        }
    }

    private Task<int> RunAsync(ParseResult result, int users, Func<ParseResult, LoadTarget, Action<string>, CancellationToken, Task<Report>> run, CancellationToken ct) =>
        GuardAsync(result.GetValue(_json), async progress =>
        {
            await using var target = await _target.OpenAsync(result, users, ct);
            var report = await run(result, target, progress, ct);
            if (result.GetValue(_json))
                Console.WriteLine(report.ToJson());
            else
                report.Print();
            return report.Passed ? 0 : Failed;
        });
}
