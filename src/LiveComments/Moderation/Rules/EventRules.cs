using LiveComments.Text;

namespace LiveComments.Moderation.Rules;

/// <summary>What holds in one event.</summary>
/// <param name="All">The rules of all events; null for none.</param>
/// <param name="Own">The rules of this event; null for none.</param>
public readonly record struct EventRules(ContentRules? All, ContentRules? Own)
{
    public bool IsEmpty => All is null && Own is null;

    /// <inheritdoc cref="ContentRules.Judge"/>
    public RuleMatch? Judge(string text)
    {
        if (IsEmpty)
            return null;
        using var folded = FoldedText.Of(text);
        var (all, own) = (All?.Judge(text, folded), Own?.Judge(text, folded));
        return own is { } mine && mine.Verdict > (all?.Verdict ?? Verdict.Admit) ? own : all;
    }

    /// <summary>The text with an asterisk for each character of the words to be masked.</summary>
    public string Mask(string text)
    {
        var masked = All is { Masks: true, WordList: { } everywhere } ? everywhere.Mask(text) : text;
        return Own is { Masks: true, WordList: { } here } ? here.Mask(masked) : masked;
    }
}
