using System.CommandLine;
using System.Globalization;
using System.Text;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Moderation;
using LiveComments.Server.Startup;
using Microsoft.VisualBasic.FileIO;

namespace LiveComments.Server.Commands;

/// <summary><c>score</c>: what ingest would decide about the comments of a file.</summary>
internal static class ScoreCommand
{
    public static void AddTo(RootCommand root)
    {
        Argument<string> file = new("file") { Description = "CSV: one text a line, or a header with the column text. With a column spam of 0 and 1, what was found is compared with it.", HelpName = "FILE.csv" };
        Option<string> level = new("--level") { Description = "The moderation level to judge by.", DefaultValueFactory = _ => ModerationLevel.Standard.Name() };
        level.AcceptOnlyFromAmong("off", "relaxed", "standard", "strict");
        var command = new Command("score", "Prints decision, score and reasons for each comment of a CSV file, as a viewer's comment would be judged.") { file, level };
        command.SetAction(result =>
        {
            ModerationLevels.TryParse(result.GetValue(level), out var judgedBy);
            return Score(result.GetValue(file)!, judgedBy);
        });
        root.Subcommands.Add(command);
    }

    private static int Score(string path, ModerationLevel level)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { NewLine = "\n" };
        var (count, refused, spam, found, wrong) = (0, 0, 0, 0, 0);
        var labelled = false;
        output.WriteLine("decision,score,reasons");
        foreach (var (text, label) in Read(path))
        {
            count++;
            var isText = CommentText.Normalize(text, out var normal) is null;
            var score = isText ? PromotionScorer.Of(normal) : default;
            var isRefused = !isText || Decision.Of(score, level, Role.Viewer) is not null;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(isRefused ? "refuse" : "admit")},{score.Value:0.000},{(isText ? string.Join("; ", score.Reasons ?? []) : "is not a text that a comment may have")}"));
            refused += isRefused ? 1 : 0;
            if (label is not { } isSpam)
                continue;
            labelled = true;
            spam += isSpam ? 1 : 0;
            found += isSpam && isRefused ? 1 : 0;
            wrong += !isSpam && isRefused ? 1 : 0;
        }
        output.Flush();
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} comments, {refused} refused ({(count == 0 ? 0 : 100.0 * refused / count):0.###} %)."));
        if (labelled)
            Console.Error.WriteLine($"Of {spam} labelled as spam {found} are refused, of {count - spam} others {wrong}.");
        return 0;
    }

    /// <exception cref="CommandException">The file cannot be read, or is not CSV.</exception>
    private static IEnumerable<(string Text, bool? IsSpam)> Read(string path)
    {
        if (!File.Exists(path))
            throw new CommandException($"There is no file {path}.");
        using var parser = new TextFieldParser(path, Encoding.UTF8) { TextFieldType = FieldType.Delimited, HasFieldsEnclosedInQuotes = true, TrimWhiteSpace = false };
        parser.SetDelimiters(",");
        int? text = null;
        var spam = -1;
        while (Next(parser, path) is { } fields)
        {
            if (text is null)
            {
                (text, spam) = (Array.IndexOf(fields, "text"), Array.IndexOf(fields, "spam"));
                if (text >= 0)
                    continue;
                if (fields.Length > 1)
                    throw new CommandException($"{path} has {fields.Length} columns and none is named text.");
                text = 0;
            }
            if (fields.Length <= text)
                throw new CommandException($"{path}, line {parser.LineNumber - 1}: there is no text.");
            yield return (fields[text.Value], spam >= 0 && spam < fields.Length ? fields[spam] == "1" : null);
        }
    }

    private static string[]? Next(TextFieldParser parser, string path)
    {
        try
        {
            return parser.ReadFields();
        }
        catch (MalformedLineException e)
        {
            throw new CommandException($"{path}, line {e.LineNumber}: it is not CSV.");
        }
    }
}
