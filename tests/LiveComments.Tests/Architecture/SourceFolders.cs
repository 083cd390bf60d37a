using System.Text.RegularExpressions;

namespace LiveComments.Tests.Architecture;

/// <summary>
/// The folders directly in a project, and which of them need which. A folder is a namespace, and a using that is not needed does not compile, so the usings say it; so does a name that
/// begins with a folder's. What is in the project's root may need everything and is left out.
/// </summary>
internal sealed partial class SourceFolders
{
    private readonly HashSet<(string From, string To)> _needs = [];

    /// <param name="files">The folder and the text of every file.</param>
    public SourceFolders(string project, IReadOnlyCollection<(string Folder, string Text)> files)
    {
        var folders = files.Select(file => file.Folder).ToHashSet();
        foreach (var (folder, text) in files)
        {
            var code = NoCode().Replace(text, "");
            var named = Usings().Matches(code).Select(match => match.Groups["name"].Value)
                .Where(name => name.StartsWith($"{project}.", StringComparison.Ordinal)).Select(name => name[(project.Length + 1)..].Split('.')[0])
                .Concat(Qualified().Matches(Usings().Replace(code, "")).Select(match => match.Groups["name"].Value));
            foreach (var other in named)
                if (other != folder && folders.Contains(other))
                    _needs.Add((folder, other));
        }
    }

    public static SourceFolders Of(string path, string project) => new(project,
        [.. Directory.EnumerateFiles(path, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Folder: Path.GetRelativePath(path, file).Split(Path.DirectorySeparatorChar)[0], file))
            .Where(file => file.Folder is not ("bin" or "obj") && !file.Folder.EndsWith(".cs", StringComparison.Ordinal))
            .Select(file => (file.Folder, File.ReadAllText(file.file)))]);

    /// <summary>Every need that leads back to where it came from, as <c>A needs B</c>.</summary>
    public IReadOnlyList<string> InCircles() =>
        [.. _needs.Where(need => Reached(need.To).Contains(need.From)).Select(need => $"{need.From} needs {need.To}").Order(StringComparer.Ordinal)];

    private HashSet<string> Reached(string start)
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>([start]);
        while (open.TryPop(out var folder))
            foreach (var (_, to) in _needs.Where(need => need.From == folder))
                if (reached.Add(to))
                    open.Push(to);
        return reached;
    }

    // Comments and strings.
    [GeneratedRegex(@"//.*|/\*.*?\*/|""(?:\\.|[^""\\\n])*""", RegexOptions.CultureInvariant)]
    private static partial Regex NoCode();

    [GeneratedRegex(@"^(?:using|namespace) (?:static )?(?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Usings();

    [GeneratedRegex(@"(?<![\w.])(?<name>[A-Z]\w*)\.[A-Z]", RegexOptions.CultureInvariant)]
    private static partial Regex Qualified();
}
