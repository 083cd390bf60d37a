using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using LiveComments.Server.Startup;
using Microsoft.VisualBasic.FileIO;

namespace LiveComments.Server.Commands;

/// <summary>The comments of a CSV file: one text a line, or a header with the columns <c>text</c> and, where comments are labelled, <c>spam</c> of 0 and 1.</summary>
internal static partial class CommentFile
{
    /// <summary>The texts and their labels, which are null without a column <c>spam</c>. A text that another system gives as HTML (<c>&amp;#39;</c>, <c>&lt;br /&gt;</c>) is read as what it shows.</summary>
    /// <exception cref="CommandException">The file cannot be read, or is not CSV.</exception>
    public static IEnumerable<(string Text, bool? IsSpam)> Read(string path)
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
            yield return (Shown(fields[text.Value]), spam >= 0 && spam < fields.Length ? fields[spam] == "1" : null);
        }
    }

    private static string Shown(string text) => text.AsSpan().ContainsAny('<', '&') ? WebUtility.HtmlDecode(Tags().Replace(text, " ")) : text;

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

    [GeneratedRegex(@"</?(?:a|b|br|i|s)(?:\s[^>]*)?/?>", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Tags();
}
