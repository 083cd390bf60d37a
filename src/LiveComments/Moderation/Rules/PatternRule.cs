using System.Text.RegularExpressions;

namespace LiveComments.Moderation.Rules;

/// <summary>
/// A regular expression, and what becomes of a comment that it matches. It sees the comment as it is written, regardless of case, and takes time in proportion to the comment's length: it cannot
/// have look-arounds, back-references or atomic groups (<see cref="RegexOptions.NonBacktracking"/>).
/// </summary>
public sealed class PatternRule
{
    /// <summary>Characters of an expression.</summary>
    public const int MaxLength = 200;

    /// <summary>
    /// What a counted repetition may repeat at most (<c>x{100}</c>), and the product of nested ones: the automaton has a state for each, and building it is what costs.
    /// </summary>
    public const int MaxRepeats = 100;

    private readonly Regex _regex;

    private PatternRule(string pattern, Verdict action, Regex regex) => (Pattern, Action, _regex) = (pattern, action, regex);

    public string Pattern { get; }

    public Verdict Action { get; }

    /// <summary>The rule; null with what is wrong with the expression, in words for its author.</summary>
    public static PatternRule? Read(string pattern, Verdict action, out string? fault)
    {
        fault = pattern.Length == 0 ? "is empty" : pattern.Length > MaxLength ? $"has more than {MaxLength} characters" : Repeats(pattern) > MaxRepeats ? $"repeats more than {MaxRepeats} times" : null;
        if (fault is not null)
            return null;
        try
        {
            var regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
            if (regex.IsMatch(""))
                fault = "matches every comment, because it matches an empty text";
            return fault is null ? new PatternRule(pattern, action, regex) : null;
        }
        catch (RegexParseException e)
        {
            fault = $"is not a regular expression: {e.Message.TrimEnd('.')}";
        }
        catch (NotSupportedException)
        {
            fault = "needs backtracking (a look-around, a back-reference, an atomic group or a condition), which is not supported, or is too large";
        }
        return null;
    }

    public bool IsIn(string text) => _regex.IsMatch(text);

    /// <summary>The product of all counted repetitions, whether nested or not: a bound that is never too low.</summary>
    private static long Repeats(string pattern)
    {
        var product = 1L;
        for (var open = pattern.IndexOf('{', StringComparison.Ordinal); open >= 0; open = pattern.IndexOf('{', open + 1))
        {
            var end = pattern.IndexOf('}', open);
            if (end < 0)
                break;
            var most = 0L;
            foreach (var part in pattern[(open + 1)..end].Split(','))
                most = Math.Max(most, long.TryParse(part, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var count) ? count : part.Length > 0 && part.All(char.IsAsciiDigit) ? long.MaxValue : 0);
            if (most > MaxRepeats)
                return most;
            product = Math.Min(product * Math.Max(most, 1), int.MaxValue);
        }
        return product;
    }
}
