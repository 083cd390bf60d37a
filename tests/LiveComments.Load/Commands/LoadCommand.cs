using System.CommandLine;
using LiveComments.Load.Measure;
using LiveComments.Load.Recipes;
using LiveComments.Load.Target;
using Spectre.Console;

namespace LiveComments.Load.Commands;

/// <summary>What every recipe's command shares: a target, a live line while it runs, a table or a line of JSON for each stage.</summary>
internal sealed class LoadCommand
{
    public const int Failed = 1, Impossible = 2, Interrupted = 130;

    public static readonly Option<bool> Json = new("--json") { Description = "One line of JSON a stage instead of tables.", Recursive = true };
    public static readonly Option<FileInfo> Out = new("--out") { Description = "Append one line of JSON a stage to this file.", Recursive = true };

    private readonly TargetOptions _target = new();
    private readonly Func<ParseResult, IRecipe> _recipe;

    private LoadCommand(Func<ParseResult, IRecipe> recipe) => _recipe = recipe;

    /// <param name="recipe">The recipe that the options describe.</param>
    public static void Add(Command parent, Command command, Func<ParseResult, IRecipe> recipe)
    {
        var shared = new LoadCommand(recipe);
        shared._target.AddTo(command);
        command.SetAction(shared.RunAsync);
        parent.Subcommands.Add(command);
    }

    /// <summary>Turns what stops a run into an exit code.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Interrupted.");
            return Interrupted;
        }
        catch (Exception e) when (e is LoadException or IOException or InvalidDataException or ArgumentException or DllNotFoundException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Impossible;
        }
    }

    private Task<int> RunAsync(ParseResult result, CancellationToken ct) => GuardAsync(() =>
        result.GetValue(Json) || !AnsiConsole.Profile.Out.IsTerminal
            ? RunAsync(result, _ => { }, ct)
            : AnsiConsole.Status().StartAsync("starting", context => RunAsync(result, line => context.Status(Markup.Escape(line)), ct)));

    private async Task<int> RunAsync(ParseResult result, Action<string> progress, CancellationToken ct)
    {
        var recipe = _recipe(result);
        var passed = true;
        await using var target = await _target.OpenAsync(result, recipe.Needs, ct);
        await recipe.RunAsync(new Run(target, progress, Show, ct));
        return passed ? 0 : Failed;

        void Show(Report report)
        {
            passed &= report.Passed;
            report.Command = Normalized(result.Tokens.Select(token => token.Value));
            if (result.GetValue(Out) is { } file)
                File.AppendAllText(file.FullName, report.ToJson() + "\n");
            if (result.GetValue(Json))
                Console.WriteLine(report.ToJson());
            else
                report.Print();
        }
    }

    /// <summary>What was asked for, without where its figures go and which server it is against.</summary>
    public static string Normalized(IEnumerable<string> words)
    {
        var kept = new List<string>();
        var before = "";
        foreach (var word in words)
        {
            if (!(IsPrivate(word) || IsPrivate(before) || word == "--json"))
                kept.Add(before == "--file" ? Path.GetFileName(word) : word);
            before = word;
        }
        return string.Join(' ', kept);
    }

    private static bool IsPrivate(string word) => word is "--out" or "--server" or "--url" or "--tokens" or "--event" or "--pid" or "--node" or "--command" or "--redis";
}
