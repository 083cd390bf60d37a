using System.CommandLine;
using System.Globalization;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Moderation;
using LiveComments.Moderation.Spam;
using LiveComments.Server.Startup;
using LiveComments.Text;

namespace LiveComments.Server.Commands;

/// <summary><c>train</c>: makes the spam model of labelled comments, and says how well it finds spam in files that it has not seen.</summary>
internal static class TrainCommand
{
    /// <summary>Of a chat, this one of so many lines is learned from; all others test what was learned.</summary>
    private const int LearnedOf = 5;

    /// <summary>A line of a chat counts as a part of an example, because there are many more of them than of labelled comments.</summary>
    private const double ChatWeight = 0.1;

    public static void AddTo(RootCommand root)
    {
        Argument<string[]> files = new("file")
        {
            Description = "CSV with the columns text and spam (0 and 1), one file for each place that the comments come from. A file without a column spam is a chat of which all lines are welcome.",
            HelpName = "FILE.csv",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string?> output = new("--out") { Description = "Where to write the model. Without it, it is only measured.", HelpName = "FILE", Validators = { CommandLine.MustNotBeEmpty } };
        var command = new Command("train", "Makes a spam model of labelled comments. Measures it first, on each labelled file in turn with a model of the others.") { files, output };
        command.SetAction((result, _) => TrainAsync(result.GetValue(files)!, result.GetValue(output)));
        root.Subcommands.Add(command);
    }

    private static async Task<int> TrainAsync(string[] paths, string? output)
    {
        var files = paths.Select(Source.Read).ToList();
        var labelled = files.Where(file => file.IsLabelled).ToList();
        if (labelled.Count == 0)
            throw new CommandException("None of the files has a column spam.");
        var chat = files.Where(file => !file.IsLabelled).SelectMany(file => file.Comments).ToList();
        var learned = chat.Where((_, i) => i % LearnedOf == 0).Select(comment => comment with { Weight = ChatWeight }).ToList();
        Console.WriteLine("Held or refused at standard:");
        if (labelled.Count > 1)
            Measure(labelled, learned);
        var model = SpamTraining.Train([.. labelled.SelectMany(file => file.Comments), .. learned]);
        var (rest, held, refused) = (0, 0, 0);
        foreach (var comment in chat.Where((_, i) => i % LearnedOf != 0))
        {
            var verdict = Judge(model, comment.Text);
            rest++;
            held += verdict == Verdict.Hold ? 1 : 0;
            refused += verdict == Verdict.Refuse ? 1 : 0;
        }
        if (rest > 0)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"chat: of {rest} lines that it has not learned from {held} are held and {refused} refused, {100.0 * (held + refused) / rest:0.00} %"));
        if (output is null)
            return 0;
        await using (var file = new FinishedFile(output))
        {
            model.Write(file.Stream);
            file.Finish();
        }
        Console.WriteLine($"Wrote {output}.");
        return 0;
    }

    private static void Measure(List<Source> files, List<LabelledComment> learned)
    {
        var all = new FoundSpam();
        foreach (var file in files)
        {
            var model = SpamTraining.Train([.. files.Where(other => other != file).SelectMany(other => other.Comments), .. learned]);
            var found = new FoundSpam();
            foreach (var comment in file.Comments)
            {
                var isFound = Judge(model, comment.Text) != Verdict.Admit;
                found.Add(comment.IsSpam, isFound);
                all.Add(comment.IsSpam, isFound);
            }
            Console.WriteLine($"{file.Name}, by a model of the other files: {found}");
        }
        Console.WriteLine($"all of these: {all}");
    }

    private static Verdict Judge(SpamModel model, string text)
    {
        using var folded = FoldedText.Of(text);
        return Decision.Of(model.Judge(text, folded), ModerationLevel.Standard, Role.Viewer);
    }

    private sealed record Source(string Name, bool IsLabelled, List<LabelledComment> Comments)
    {
        public static Source Read(string path)
        {
            var (comments, isLabelled) = (new List<LabelledComment>(), false);
            foreach (var (text, isSpam) in CommentFile.Read(path))
            {
                isLabelled |= isSpam is not null;
                if (CommentText.Normalize(text, out var normal) is null)
                    comments.Add(new LabelledComment(normal, isSpam ?? false));
            }
            return new Source(Path.GetFileName(path), isLabelled, comments);
        }
    }
}
