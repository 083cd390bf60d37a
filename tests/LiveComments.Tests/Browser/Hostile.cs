namespace LiveComments.Tests.Browser;

/// <summary>Texts that try to be more than text, or to break the lines of others.</summary>
internal static class Hostile
{
    /// <summary>Each calls <c>hit()</c> if it is ever run.</summary>
    private static readonly string[] Scripts =
    [
        "<script>hit()</script>", "<img src=x onerror=hit()>", "<svg onload=hit()>", "<svg/onload=hit()>", "<body onload=hit()>", "<iframe src=javascript:hit()>",
        "<iframe srcdoc=\"<script>parent.hit()</script>\">", "<a href=javascript:hit() autofocus onfocus=hit()>x</a>", "<input autofocus onfocus=hit()>", "<select autofocus onfocus=hit()>",
        "<textarea autofocus onfocus=hit()>", "<video><source onerror=hit()>", "<audio src=x onerror=hit()>", "<details open ontoggle=hit()>", "<marquee onstart=hit()>",
        "<object data=javascript:hit()>", "<embed src=javascript:hit()>", "<math><mtext></p><style><img src=x onerror=hit()></style></math>", "<form><button formaction=javascript:hit()>x",
        "<link rel=stylesheet href=data:,*{display:none}>", "<style>*{display:none!important}</style>", "<meta http-equiv=refresh content=\"0;url=javascript:hit()\">", "<base href=//evil.example/>",
        "\"><script>hit()</script>", "'><script>hit()</script>", "</title><script>hit()</script>", "</textarea><script>hit()</script>", "</script><script>hit()</script>", "--><script>hit()</script>",
        "]]><script>hit()</script>", "<scr<script>ipt>hit()</script>", "<SCRIPT>hit()</SCRIPT>", "<script src=data:,hit()></script>", "<script type=module>hit()</script>",
        "javascript:hit()", "data:text/html,<script>hit()</script>", "${hit()}", "{{hit()}}", "{{constructor.constructor('hit()')()}}", "#{hit()}", "<%= hit() %>", "{{title}}", "{{assets}}",
        "&lt;script&gt;hit()&lt;/script&gt;", "&#60;script&#62;hit()&#60;/script&#62;", "%3Cscript%3Ehit()%3C/script%3E", "\\u003cscript\\u003ehit()\\u003c/script\\u003e", "<img src=\"x` `<script>hit()</script>\">",
        "<a href=\"&#x6A;avascript:hit()\">x</a>", "<div style=\"background:url(javascript:hit())\">", "<div style=position:fixed;inset:0;z-index:9999;background:red>", "<p dir=rtl>", "<table><tr><td>", "<plaintext>", "<xmp>", "<noscript><p title=\"</noscript><img src=x onerror=hit()>\">",
        "<template><script>hit()</script></template>", "<svg><script>hit()</script></svg>", "<svg><animate onbegin=hit() attributeName=x dur=1s>", "<img srcset=x onerror=hit()>", "<x onclick=hit()>click</x>", "<!--<img src=\"--><img src=x onerror=hit()//\">",
        "');hit();//", "\");hit();//", "';hit();'", "\\\";hit();//", "`;hit();`", "__proto__", "constructor", "toString", "null", "undefined", "NaN", "true", "[object Object]", "Robert'); DROP TABLE comments;--",
    ];

    private static readonly string[] Unusual =
    [
        "مرحبا بالعالم", "שלום עולם", "سلام <b>دنیا</b>", "English then עברית then English", "\u2067isolated\u2069 text", "\u202Eoverridden\u202C text", "a\u200Db", "zero\u200Bwidth", "\u00ADsoft", "e\u0301\u0301\u0301",
        "👨‍👩‍👧‍👦", "🏳️‍🌈", "👍🏿👍🏾👍🏽", "🇩🇪🇫🇷", "1️⃣2️⃣3️⃣", "❤️", "🫠🫡", "☺︎", "你好，世界", "こんにちは", "안녕하세요", "สวัสดี", "नमस्ते", "ქართული", "Ελληνικά", "Привет", "Ω≈ç√∫", "ﷺ", "﷽", "𒐫𒐫𒐫", "𝕱𝖆𝖓𝖈𝖞", "ＦＵＬＬ", "İıŞş", "ǅ", "ß", "\uFEFFmark",
        "¯\\_(ツ)_/¯", "( ͡° ͜ʖ ͡°)", "❶❷❸", "\u2800\u2800\u2800blank", "a\u00A0b", "tab and quote \" ' ` \\", "@nobody@nobody @@@", "https://example.org/?q=<script>", "//evil.example", "😀😀😀", "\U000E0041tags", "𐍈𐍈", "Ḩ̈", "x̂̃̄",
    ];

    /// <summary>Links that try to lead elsewhere than they say, or to be none.</summary>
    private static readonly string[] Links =
    [
        "https://example.org@evil.example/", "https://example.org:pass@evil.example/", "https:\\\\evil.example", "https:/evil.example", "https://evil.example\" onmouseover=\"hit()", "https://evil.example' onmouseover='hit()",
        "https://evil.example/\u202Egpj.exe", "https://example\u200B.org", "javascript://example.org/%0Ahit()", "JaVaScRiPt:hit()//https://example.org", "data:text/html,https://example.org", "view-source:https://example.org",
        "https://[::1]/", "https://localhost/", "https://?", "http://", "www.", "www..", "https://.evil.example.", "ftp://example.org", "hTTpS://Example.ORG/A?b=c#d", "www.example.org", "(see https://example.org/a_(b))",
        "https://\u0430pple.example/", "https://example.org/" + new string('a', 450), "https://example.org/@ada", "https://example.org/ https://example.net/", "https://example.org/<script>hit()</script>", "xhttps://example.org",
    ];

    /// <summary>At least 150 of them.</summary>
    public static IReadOnlyList<string> Texts { get; } =
    [
        .. Scripts,
        .. Unusual,
        .. Links,
        .. Scripts.Where(text => text[0] == '<').Take(20).Select(text => $"{text} after it"),
        new('W', 500), new('.', 500), string.Concat(Enumerable.Repeat("ﷺ", 500)), string.Concat(Enumerable.Repeat("👨‍👩‍👧‍👦", 100)), string.Concat(Enumerable.Repeat("very long ", 50)).Trim(), string.Concat(Enumerable.Repeat("מ", 500)),
        string.Concat(Enumerable.Repeat("<b>", 160)), string.Concat(Enumerable.Repeat("&amp;", 100)),
    ];
}
