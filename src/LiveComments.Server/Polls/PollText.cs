using System.Globalization;
using LiveComments.Comments;
using LiveComments.Polls;

namespace LiveComments.Server.Polls;

/// <summary>The form of what moderators write in a poll: that of comments, and shorter.</summary>
internal static class PollText
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(10);

    /// <summary>Null with the poll that the body asks for; otherwise what is wrong with it.</summary>
    public static string? Read(OpenPollBody body, out string question, out IReadOnlyList<string> options, out PollResults results, out TimeSpan? lasts)
    {
        (question, options, results, lasts) = ("", [], PollResults.Live, null);
        if (!TryNormalize(body.Question, Poll.QuestionLength, out question))
            return $"question has 1 to {Poll.QuestionLength} characters.";
        if (body.Options is not { Count: >= Poll.FewestOptions and <= Poll.MostOptions })
            return $"options are {Poll.FewestOptions} to {Poll.MostOptions} texts.";
        var texts = new List<string>();
        foreach (var option in body.Options)
        {
            if (!TryNormalize(option, Poll.OptionLength, out var text))
                return $"Each of the options has 1 to {Poll.OptionLength} characters.";
            if (texts.Contains(text, StringComparer.OrdinalIgnoreCase))
                return "Two options are the same.";
            texts.Add(text);
        }
        options = texts;
        if (body.Results is not null && !PollNames.TryParse(body.Results, out results))
            return "results is live or closed.";
        if (body.Seconds is not { } seconds)
            return null;
        lasts = TimeSpan.FromSeconds(seconds);
        return lasts < Shortest || lasts > Poll.Longest ? $"seconds is {Shortest.TotalSeconds} to {Poll.Longest.TotalSeconds}." : null;
    }

    private static bool TryNormalize(string? raw, int length, out string text) =>
        CommentText.Normalize(raw, out text) is null && new StringInfo(text).LengthInTextElements <= length;
}
