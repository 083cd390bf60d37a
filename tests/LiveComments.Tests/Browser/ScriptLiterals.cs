using System.Text.RegularExpressions;

namespace LiveComments.Tests.Browser;

/// <summary>Finds in a script what people would read, by a scanner that knows no more of JavaScript than where its literals begin and end.</summary>
internal static partial class ScriptLiterals
{
    /// <summary>The literals of a script, also parts of templates, and what stands before each.</summary>
    public static IReadOnlyList<(string Literal, string Before)> All(string script)
    {
        var found = new List<(string, string)>();
        // How many braces are open in the code around each template that is open.
        var around = new Stack<int>();
        var (at, depth, begin) = (0, 0, -1);
        void Add(int from, int to) => found.Add((script[from..to], script[Math.Max(0, from - 41)..Math.Max(0, from - 1)]));
        while (at < script.Length)
        {
            if (begin >= 0)
            {
                if (script[at] == '\\')
                {
                    at += 2;
                }
                else if (script[at] == '`')
                {
                    Add(begin, at++);
                    (begin, depth) = (-1, around.Pop());
                }
                else if (script[at] == '$' && script[at + 1] == '{')
                {
                    Add(begin, at);
                    (begin, depth) = (-1, 0);
                    at += 2;
                }
                else
                {
                    at++;
                }
                continue;
            }
            if (Token().Match(script, at) is { Success: true } token && (!token.Groups["expression"].Success || Operator().IsMatch(script[Math.Max(0, at - 20)..at])))
            {
                if (token.Groups["text"].Success)
                    Add(at + 1, at + token.Length - 1);
                at += token.Length;
                continue;
            }
            if (script[at] == '`')
            {
                around.Push(depth);
                begin = at + 1;
            }
            else if (script[at] == '{')
            {
                depth++;
            }
            else if (script[at] == '}' && depth-- == 0)
            {
                // The template goes on.
                begin = at + 1;
            }
            at++;
        }
        return found;
    }

    /// <summary>The literals that look like something to read: words with a capital, several words, or a word with a space at its end; not selectors, classes and names of keys.</summary>
    public static IEnumerable<string> Texts(string script) =>
        All(script).Where(one => Prose().IsMatch(Escape().Replace(one.Literal, "")) && !Technical().IsMatch(one.Before) && !Extension().IsMatch(one.Literal)).Select(one => one.Literal);

    [GeneratedRegex("""\G(?://[^\n]*|/\*.*?\*/|(?<text>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")|(?<expression>/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/[a-z]*))""", RegexOptions.Singleline)]
    private static partial Regex Token();

    /// <summary>What a regular expression comes after, and a division does not.</summary>
    [GeneratedRegex(@"(?:[(,=:\[!&|?{};>]|return|^)\s*\z")]
    private static partial Regex Operator();

    [GeneratedRegex("""(?:^|[\s("“‹])\p{Lu}\p{Ll}+|\p{L}{2,}[,.:;!?…]? \p{L}|^[ ,.]+\p{Ll}{2,}|\p{Ll}{2,}[ ,…]+$""")]
    private static partial Regex Prose();

    [GeneratedRegex(@"(?:class(?:Name)?: |className = |(?:querySelector(?:All)?|closest|matches|matchMedia|import|add|remove|toggle)(?:\?\.)?\(|from |\bkey [!=]== )\z")]
    private static partial Regex Technical();

    [GeneratedRegex(@"^\.\w+$")]
    private static partial Regex Extension();

    [GeneratedRegex(@"\\.")]
    private static partial Regex Escape();
}
