using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace LiveComments.Server.Pages;

/// <summary>
/// Everything under <c>wwwroot</c>, which is inside the assembly: a look-up by name in memory, so no path can lead anywhere else, and
/// no file can be missing or half replaced.
/// </summary>
internal sealed partial class PageFiles
{
    private const string Prefix = "wwwroot/";

    private static readonly Lazy<PageFiles> Loaded = new(() => new PageFiles());

    private readonly FrozenDictionary<string, PageFile> _files;
    private readonly ConcurrentDictionary<string, string> _templates = new(StringComparer.Ordinal);

    private PageFiles()
    {
        var assembly = typeof(PageFiles).Assembly;
        var files = new SortedDictionary<string, PageFile>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            files.Add(name[Prefix.Length..].Replace('\\', '/'), Read(name, bytes.ToArray()));
        }
        // Pages load their texts as a script: that comes before their modules, and their policy allows it.
        foreach (var (name, file) in files.Where(file => file.Key.StartsWith("texts/", StringComparison.Ordinal)).ToList())
        {
            var script = Path.ChangeExtension(name, ".js");
            files.Add(script, Read(script, [.. "globalThis.liveCommentsTexts = "u8, .. file.Bytes]));
        }
        _files = files.ToFrozenDictionary(StringComparer.Ordinal);
        Version = Hash(Encoding.UTF8.GetBytes(string.Concat(files.Select(file => file.Key + file.Value.ETag))));
    }

    public static PageFiles Instance => Loaded.Value;

    /// <summary>Changes with any file, so files under it may be cached for ever.</summary>
    public string Version { get; }

    public IEnumerable<string> Names => _files.Keys;

    public PageFile? Find(string name) => _files.GetValueOrDefault(name);

    /// <summary>
    /// A page's HTML with its marks still in it, what pages share (<c>{{> head}}</c>) in its place, and before its module the names of all that this imports: otherwise a browser learns of them
    /// file by file, a round trip for each step.
    /// </summary>
    public string Template(string name) => _templates.GetOrAdd(name, _ =>
        ModuleScript().Replace(Shared().Replace(Text(name), match => Template($"pages/{match.Groups[1].Value}.html")), match =>
            string.Concat(Imports(match.Groups[1].Value).Select(file => $"<link rel=\"modulepreload\" fetchpriority=\"low\" href=\"{{{{assets}}}}/{file}\">\n")) + match.Value));

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..20];

    /// <summary>In the form that browsers call <c>br</c>.</summary>
    public static byte[] Compress(byte[] bytes, CompressionLevel level)
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, level))
            brotli.Write(bytes);
        return compressed.ToArray();
    }

    private string Text(string name) => Encoding.UTF8.GetString(_files[name].Bytes);

    /// <summary>What a module imports, and what that imports, but for the module itself: nearest first.</summary>
    private IEnumerable<string> Imports(string module)
    {
        var found = new List<string> { module };
        for (var i = 0; i < found.Count; i++)
            foreach (Match import in Import().Matches(Text(found[i])))
            {
                var file = new Uri(new Uri($"file:///{found[i]}"), import.Groups[1].Value).AbsolutePath[1..];
                if (!found.Contains(file))
                    found.Add(file);
            }
        return found.Skip(1);
    }

    private static PageFile Read(string name, byte[] bytes)
    {
        var type = Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".json" => "application/json",
            ".svg" => "image/svg+xml",
            ".png" => "image/png",
            ".ico" => "image/x-icon",
            ".woff2" => "font/woff2",
            ".mp4" or ".m4s" => "video/mp4",
            _ => "text/plain; charset=utf-8",
        };
        return new PageFile(bytes, type is "font/woff2" or "image/png" or "image/x-icon" or "video/mp4" ? null : Compress(bytes, CompressionLevel.Optimal), type, $"\"{Hash(bytes)}\"");
    }

    [GeneratedRegex(@"\{\{> (\w+)\}\}\n")]
    private static partial Regex Shared();

    [GeneratedRegex("""<script type="module" src="\{\{assets\}\}/([^"]+)">""")]
    private static partial Regex ModuleScript();

    [GeneratedRegex("""^(?:import|export)\b(?:[^;'"]*\bfrom)? ?'(\.[^']+)'""", RegexOptions.Multiline)]
    private static partial Regex Import();
}
