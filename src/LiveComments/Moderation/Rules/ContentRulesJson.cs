using System.Text.Json;
using System.Text.Json.Serialization;
using LiveComments.Moderation.Words;
using LiveComments.Text;

namespace LiveComments.Moderation.Rules;

/// <summary>
/// The JSON of <see cref="ContentRules"/>, as moderators send it and stores keep it:
/// <c>{"links":{"action":"hold","allow":["example.org"],"block":[]},"words":[{"text":"...","action":"mask"}],"patterns":[{"pattern":"...","action":"refuse"}],"notEmojiOnly":"refuse","capitals":"hold","repetition":"hold"}</c>.
/// Every member may be left out. Strict: an unknown member, a wrong type, or a rule that could not work is an error that says which and why.
/// </summary>
public static class ContentRulesJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The rules; null with what is wrong, in words for whoever wrote them.</summary>
    public static ContentRules? Read(string json, out string? fault)
    {
        Written? written;
        try
        {
            written = JsonSerializer.Deserialize<Written>(json, Options);
        }
        catch (JsonException e)
        {
            fault = Fault(e);
            return null;
        }
        fault = written is null ? "The rules are null." : null;
        return written is null ? null : Rules(written, out fault);
    }

    /// <summary>The serializer's own words name types of the program.</summary>
    private static string Fault(JsonException e)
    {
        var member = e.Path is null or "$" ? "The whole" : e.Path[2..];
        return e.Message switch
        {
            var message when message.Contains("could not be mapped", StringComparison.Ordinal) => $"{member} is unknown.",
            var message when message.StartsWith("Duplicate", StringComparison.Ordinal) => $"{member} is there twice.",
            var message when message.IndexOf("including: ", StringComparison.Ordinal) is > 0 and var names => $"{member} lacks {message[(names + "including: ".Length)..].TrimEnd('.')}.",
            var message when message.Contains("could not be converted", StringComparison.Ordinal) || message.Contains("null", StringComparison.Ordinal) => $"{member} has the wrong type.",
            _ => $"The rules are not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).",
        };
    }

    public static string Write(ContentRules rules) => JsonSerializer.Serialize(
        new Written(
            rules.Links is { } links ? new WrittenLinks(Name(links.Action), links.Allowed, links.Blocked) : null,
            rules.Words.Count == 0 ? null : [.. rules.Words.Select(word => new WrittenWord(word.Text, word.Action.ToString().ToLowerInvariant()))],
            rules.Patterns.Count == 0 ? null : [.. rules.Patterns.Select(pattern => new WrittenPattern(pattern.Pattern, Name(pattern.Action)))],
            NameOf(rules.NotEmojiOnly), NameOf(rules.Capitals), NameOf(rules.Repetition)),
        Options);

    private static ContentRules? Rules(Written written, out string? fault)
    {
        fault = null;
        var links = written.Links is { } rule ? Links(rule, ref fault) : null;
        var words = new List<ListedWord>();
        foreach (var word in written.Words ?? [])
            words.Add(word is null ? Nothing("words", words.Count, ref fault) : Word(word, words.Count, ref fault));
        var patterns = new List<PatternRule>();
        if (words.Count > ContentRules.MaxWords)
            fault ??= $"words has more than {ContentRules.MaxWords} words.";
        if (written.Patterns is { Count: > ContentRules.MaxPatterns })
            fault ??= $"patterns has more than {ContentRules.MaxPatterns} expressions.";
        if (fault is null)
            for (var i = 0; i < (written.Patterns?.Count ?? 0) && fault is null; i++)
                if (written.Patterns![i] is null)
                    Nothing("patterns", i, ref fault);
                else if (Action(written.Patterns[i]!.Action, $"patterns[{i}].action", ref fault) is var action && fault is null)
                {
                    if (PatternRule.Read(written.Patterns[i]!.Pattern, action, out var wrong) is { } pattern)
                        patterns.Add(pattern);
                    else
                        fault = $"patterns[{i}].pattern {wrong}.";
                }
        var notEmojiOnly = Action(written.NotEmojiOnly ?? "admit", "notEmojiOnly", ref fault);
        var capitals = Action(written.Capitals ?? "admit", "capitals", ref fault);
        var repetition = Action(written.Repetition ?? "admit", "repetition", ref fault);
        return fault is null ? new ContentRules { Links = links, Words = words, Patterns = patterns, NotEmojiOnly = notEmojiOnly, Capitals = capitals, Repetition = repetition } : null;
    }

    private static LinkRule Links(WrittenLinks links, ref string? fault)
    {
        var action = Action(links.Action, "links.action", ref fault);
        return new LinkRule(action, Hosts(links.Allow, "links.allow", ref fault), Hosts(links.Block, "links.block", ref fault));
    }

    private static IReadOnlyList<string> Hosts(IReadOnlyList<string?>? hosts, string member, ref string? fault)
    {
        if (hosts is { Count: > ContentRules.MaxHosts })
            fault ??= $"{member} has more than {ContentRules.MaxHosts} hosts.";
        for (var i = 0; i < (hosts?.Count ?? 0); i++)
            if (hosts![i] is not { } host || Uri.CheckHostName(host) is not (UriHostNameType.Dns or UriHostNameType.IPv4) || !host.Contains('.', StringComparison.Ordinal))
                fault ??= $"{member}[{i}] is not a host such as example.org, without https:// and path.";
        return hosts?.OfType<string>().ToArray() ?? [];
    }

    private static ListedWord Nothing(string member, int i, ref string? fault)
    {
        fault ??= $"{member}[{i}] is null.";
        return default;
    }

    private static ListedWord Word(WrittenWord word, int i, ref string? fault)
    {
        if (word.Text.Length > 100)
            fault ??= $"words[{i}].text has more than 100 characters.";
        else if (!FoldedText.ToString(word.Text).Any(char.IsLetterOrDigit))
            fault ??= $"words[{i}].text has no letter or figure.";
        var action = word.Action switch
        {
            "mask" => WordAction.Mask,
            "hold" => WordAction.Hold,
            "block" => WordAction.Block,
            _ => default(WordAction?),
        };
        if (action is null)
            fault ??= $"words[{i}].action is mask, hold or block.";
        return new ListedWord(word.Text, action ?? default);
    }

    private static Verdict Action(string? name, string member, ref string? fault)
    {
        switch (name)
        {
            case "admit":
                return Verdict.Admit;
            case "hold":
                return Verdict.Hold;
            case "refuse":
                return Verdict.Refuse;
            default:
                fault ??= $"{member} is admit, hold or refuse.";
                return default;
        }
    }

    private static string Name(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    private static string? NameOf(Verdict verdict) => verdict == Verdict.Admit ? null : Name(verdict);

    private sealed record Written(WrittenLinks? Links = null, IReadOnlyList<WrittenWord?>? Words = null, IReadOnlyList<WrittenPattern?>? Patterns = null, string? NotEmojiOnly = null, string? Capitals = null, string? Repetition = null);

    private sealed record WrittenLinks(string Action, IReadOnlyList<string?>? Allow = null, IReadOnlyList<string?>? Block = null);

    private sealed record WrittenWord(string Text, string Action);

    private sealed record WrittenPattern(string Pattern, string Action);
}
