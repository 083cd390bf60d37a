using System.CommandLine;
using System.Globalization;
using System.Text;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Moderation;

namespace LiveComments.Server.Commands;

/// <summary><c>score</c>: what the automatic half of moderation decides about the comments of a file.</summary>
internal static class ScoreCommand
{
    public static void AddTo(RootCommand root)
    {
        Argument<string> file = new("file") { Description = "CSV: one text a line, or a header with the column text. With a column spam of 0 and 1, what was found is compared with it.", HelpName = "FILE.csv" };
        Option<string> level = new("--level") { Description = "The moderation level to judge by.", DefaultValueFactory = _ => ModerationLevel.Standard.Name() };
        level.AcceptOnlyFromAmong("off", "relaxed", "standard", "strict");
        var command = new Command("score", "Prints decision (admit, hold or refuse), score and reasons for each comment of a CSV file, as a viewer's comment would be judged.") { file, level };
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
        var (count, held, refused) = (0, 0, 0);
        var spam = new FoundSpam();
        output.WriteLine("decision,score,reasons");
        foreach (var (text, label) in CommentFile.Read(path))
        {
            count++;
            var isText = CommentText.Normalize(text, out var normal) is null;
            var score = isText ? TextScorer.Of(normal) : default;
            var verdict = isText ? Decision.Of(score, level, Role.Viewer) : Verdict.Refuse;
            var reasons = isText ? string.Join("; ", score.Reasons ?? []) : "is not a text that a comment may have";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Name(verdict)},{score.Value:0.000},{reasons}"));
            held += verdict == Verdict.Hold ? 1 : 0;
            refused += verdict == Verdict.Refuse ? 1 : 0;
            if (label is { } isSpam)
                spam.Add(isSpam, verdict != Verdict.Admit);
        }
        output.Flush();
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} comments, {held} held and {refused} refused ({(count == 0 ? 0 : 100.0 * (held + refused) / count):0.###} %)."));
        if (spam.Spam + spam.Others > 0)
            Console.Error.WriteLine($"Compared with the column spam: {spam}.");
        return 0;
    }

    private static string Name(Verdict verdict) => verdict switch
    {
        Verdict.Admit => "admit",
        Verdict.Hold => "hold",
        _ => "refuse",
    };
}
