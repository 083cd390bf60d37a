using System.Text.Json;
using System.Text.RegularExpressions;

namespace LiveComments.Tests.Browser;

/// <summary>What the pages say is in the files of their languages, the same in each, and nowhere else.</summary>
public sealed partial class PageTextTests
{
    private const string English = "en";

    private static readonly string Root = Path.Combine(Repository.Root, "src", "LiveComments.Server", "wwwroot");

    /// <summary>Literals of the scripts that nobody reads, or that are the same in all languages.</summary>
    private static readonly HashSet<string> NotTexts =
    [
        // Names of companies and people.
        "YouTube", "Twitch", "Vimeo", "Facebook", "Ada", "Ben", "Chen",
        // Classes that depend on something.
        "card live", "badge on-air", "mention me",
        // Commands, headers, and what elements are allowed.
        "LiveComments.Server admin set-role --username ", "admin set-role --username ", " --role administrator", "Link", "nofollow noopener noreferrer ugc", "<iframe src=\"",
        "autoplay; encrypted-media; fullscreen; picture-in-picture", "allow-scripts allow-same-origin allow-presentation allow-popups", "Content-Disposition", "input, textarea, select",
        // A key, milliseconds, and what only browsers of Apple have.
        "Escape", " ms", "WebKitPlaybackTargetAvailabilityEvent",
    ];

    public static TheoryData<string> Others => [.. Directory.EnumerateFiles(Path.Combine(Root, "texts"), "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Where(tag => tag != English)];

    /// <summary>All but the reference of the API, which is in English.</summary>
    private static IEnumerable<string> Scripts => Directory.EnumerateFiles(Path.Combine(Root, "pages"), "*.js", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "docs.js");

    private static IEnumerable<string> Templates => Directory.EnumerateFiles(Path.Combine(Root, "pages"), "*.html").Where(file => Path.GetFileName(file) != "docs.html");

    [Fact]
    public void No_page_has_a_text_of_its_own()
    {
        var found = Scripts.SelectMany(file => ScriptLiterals.Texts(File.ReadAllText(file)).Where(text => !NotTexts.Contains(text) && !text.Contains("🤣", StringComparison.Ordinal)).Select(text => $"{Path.GetFileName(file)}: {text}"))
            .Concat(Templates.SelectMany(file => TextsOf(File.ReadAllText(file)).Select(text => $"{Path.GetFileName(file)}: {text}"))).ToList();
        Assert.True(found.Count == 0, $"Put these into the files in wwwroot/texts:\n{string.Join('\n', found)}");
    }

    [Theory]
    [InlineData("el('button', null, 'Press me')", "Press me")]
    [InlineData("el('button', { title: \"Press\" })", "Press")]
    [InlineData("say(`${count} viewers`);", " viewers")]
    [InlineData("say(`Nobody sees ${name ? `${name} or {their} friends` : 'x'} any more.`);", "Nobody sees ")]
    [InlineData("const matches = /'/.test(x); say('Not a part of it'); // 'A comment'", "Not a part of it")]
    [InlineData("const half = a / b; say('Half of it is here', /[/']/);", "Half of it is here")]
    public void A_text_in_a_script_is_found(string script, string text) => Assert.Contains(text, ScriptLiterals.Texts(script));

    [Theory]
    [InlineData("<button>Press me</button>", "Press me")]
    [InlineData("<button aria-label=\"Press\">{{live.chat}}</button>", "Press")]
    [InlineData("<p>{{live.chat}} and more</p>", "and more")]
    public void A_text_in_a_template_is_found(string template, string text) => Assert.Equal([text], TextsOf(template));

    [Fact]
    public void Every_text_is_used_and_every_text_that_is_used_is_there()
    {
        var texts = TextsIn(English).Keys.ToHashSet(StringComparer.Ordinal);
        var places = texts.Select(key => key[..key.IndexOf('.', StringComparison.Ordinal)]).ToHashSet(StringComparer.Ordinal);
        var literals = Scripts.SelectMany(file => ScriptLiterals.All(File.ReadAllText(file))).Select(one => one.Literal).ToList();
        var pages = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "LiveComments.Server", "Pages"), "*.cs").SelectMany(file => TextCall().Matches(File.ReadAllText(file)));
        var marks = Templates.Append(Path.Combine(Root, "pages", "manifest.webmanifest")).SelectMany(file => Mark().Matches(File.ReadAllText(file)));
        var used = literals.Where(literal => Key().IsMatch(literal) && places.Contains(literal[..literal.IndexOf('.', StringComparison.Ordinal)]))
            .Concat(pages.Concat(marks).Select(match => match.Groups[1].Value).Where(key => key.Contains('.', StringComparison.Ordinal))).ToHashSet(StringComparer.Ordinal);
        Assert.Equal([], used.Except(texts).Order(StringComparer.Ordinal));
        // Keys that scripts put together: "refused." and the code.
        var beginnings = literals.Where(literal => Beginning().IsMatch(literal)).ToList();
        Assert.Equal([], texts.Except(used).Where(key => !beginnings.Any(beginning => key.StartsWith(beginning, StringComparison.Ordinal))).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Refusals_have_texts_by_the_codes_of_the_server_and_the_client()
    {
        var codes = Error.All.Select(error => error.Code).Concat(["offline", "another-person"]).ToHashSet(StringComparer.Ordinal);
        var refused = TextsIn(English).Keys.Where(key => key.StartsWith("refused.", StringComparison.Ordinal)).Select(key => key["refused.".Length..]).ToList();
        Assert.Equal([], refused.Where(code => !codes.Contains(code)));
        // What these say beside the code is worth more than a text could be: which member is wrong, and why somebody is suspended.
        string[] ownWords = ["account-suspended", "invalid-event", "invalid-poll", "invalid-request", "invalid-parameter", "state-conflict"];
        Assert.DoesNotContain(refused, code => ownWords.Contains(code));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void A_language_says_all_that_English_says_with_the_same_places(string language)
    {
        var (english, other) = (TextsIn(English), TextsIn(language));
        Assert.Equal(english.Keys.Order(StringComparer.Ordinal), other.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([], english.Where(text => !PlacesOf(text.Value).SetEquals(PlacesOf(other[text.Key]))).Select(text => text.Key));
        foreach (var (key, forms) in english.Concat(other))
        {
            Assert.True(forms.ContainsKey("other") && forms.Keys.All(form => form is "zero" or "one" or "two" or "few" or "many" or "other"), $"{key} has other plural forms than there are.");
            Assert.True(forms.Values.All(text => text.Length > 0 && text == text.Trim()), $"{key} is empty, or begins or ends with a space.");
        }
    }

    /// <summary>So that what has room in English has room in all. What pages look like, <see cref="LanguagePageTests"/> sees.</summary>
    [Theory]
    [MemberData(nameof(Others))]
    public void No_text_is_much_longer_than_in_English(string language)
    {
        var english = TextsIn(English);
        Assert.Equal([], TextsIn(language).Where(text => IsMuchLonger(english[text.Key]["other"], text.Value["other"])).Select(text => $"{text.Key}: {text.Value["other"]}"));
        Assert.True(IsMuchLonger("Save", "Änderungen jetzt speichern"));
    }

    private static bool IsMuchLonger(string english, string other) => other.Length > 1.5 * english.Length + 15;

    /// <summary>By key, the plural forms of each text; a text that counts nothing has the form <c>other</c> alone.</summary>
    private static Dictionary<string, IReadOnlyDictionary<string, string>> TextsIn(string language)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "texts", $"{language}.json")));
        return file.RootElement.EnumerateObject().ToDictionary(text => text.Name, text => (IReadOnlyDictionary<string, string>)(text.Value.ValueKind == JsonValueKind.String
            ? new Dictionary<string, string> { ["other"] = text.Value.GetString()! }
            : text.Value.EnumerateObject().ToDictionary(form => form.Name, form => form.Value.GetString()!)));
    }

    private static HashSet<string> PlacesOf(IReadOnlyDictionary<string, string> forms) => [.. Place().Matches(forms["other"]).Select(match => match.Groups[1].Value)];

    /// <summary>What a template says itself: between its tags, and in the attributes that are read out.</summary>
    private static IEnumerable<string> TextsOf(string template) =>
        Tag().Split(template).Concat(Attribute().Matches(template).Select(match => match.Groups[1].Value))
            .Select(text => Mark().Replace(text, "").Trim()).Where(text => text.Any(char.IsLetter) && text != "LiveComments" && !text.StartsWith("{{>", StringComparison.Ordinal));

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Place();

    [GeneratedRegex(@"\{\{([\w.-]+)\}\}")]
    private static partial Regex Mark();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("(?:aria-label|title|alt|placeholder)=\"([^\"]*)\"")]
    private static partial Regex Attribute();

    [GeneratedRegex("""Text\("([\w.-]+)"\)""")]
    private static partial Regex TextCall();

    [GeneratedRegex(@"^[a-z]+(?:-[a-z]+)*\.[a-z0-9]+(?:-[a-z0-9]+)*$")]
    private static partial Regex Key();

    [GeneratedRegex(@"^[a-z-]+\.(?:[a-z-]+-)?$")]
    private static partial Regex Beginning();
}
