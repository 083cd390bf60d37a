using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LiveComments.Tests.Architecture;

public sealed partial class ArchitectureTests
{
    private const string Core = "LiveComments";
    private const string Server = "LiveComments.Server";
    private const string Client = "LiveComments.Client";

    private static readonly string[] Projects =
        [.. Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    public static TheoryData<string> AllProjects => [.. Projects];

    public static TheoryData<string> Adapters => [.. Projects.Where(project => project is not (Core or Server or Client))];

    /// <summary>Adapters that this build contains; some are built only where a registry has their packages.</summary>
    public static TheoryData<string> BuiltAdapters =>
        [.. Projects.Where(project => project is not (Core or Server or Client) && File.Exists(Path.Combine(AppContext.BaseDirectory, $"{project}.dll")))];

    [Fact]
    public void The_core_references_no_project_and_no_package()
    {
        var project = Load(Core);
        Assert.Empty(References(project, "ProjectReference"));
        Assert.Empty(References(project, "PackageReference"));
        Assert.Empty(References(project, "Reference"));
    }

    /// <summary>Integrators reference it alone.</summary>
    [Fact]
    public void The_client_package_references_no_project_and_no_package()
    {
        var project = Load(Client);
        Assert.Empty(References(project, "ProjectReference"));
        Assert.Empty(References(project, "PackageReference"));
        Assert.Empty(References(project, "FrameworkReference"));
    }

    [Theory]
    [MemberData(nameof(Adapters))]
    public void An_adapter_references_the_core_and_no_other_project(string adapter) =>
        Assert.Equal([Core], References(Load(adapter), "ProjectReference").Select(Path.GetFileNameWithoutExtension));

    [Fact]
    public void Nothing_but_tests_references_the_server() =>
        Assert.DoesNotContain(Projects, project => References(Load(project), "ProjectReference").Any(path => Path.GetFileNameWithoutExtension(path) == Server));

    [Theory]
    [MemberData(nameof(BuiltAdapters))]
    public void An_adapter_shows_one_registration_and_one_options_class(string adapter)
    {
        var types = Assembly.Load(adapter).GetExportedTypes();
        var registrations = types.Where(type => type is { IsAbstract: true, IsSealed: true }).ToList();
        Assert.Single(registrations);
        var method = Assert.Single(registrations[0].GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly));
        Assert.StartsWith("Add", method.Name, StringComparison.Ordinal);
        var options = Assert.Single(types.Except(registrations));
        Assert.EndsWith("Options", options.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void The_core_shows_its_seams_first() =>
        Assert.All(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", Core), "*.cs"), file => Assert.Matches(@"^I[A-Z]\w*\.cs$", Path.GetFileName(file)));

    [Theory]
    [MemberData(nameof(AllProjects))]
    public void Folders_of_a_project_do_not_need_each_other_in_a_circle(string project) =>
        Assert.Empty(SourceFolders.Of(Path.Combine(Repository.Root, "src", project), project).InCircles());

    [Fact]
    public void Folders_that_need_each_other_in_a_circle_are_found()
    {
        var folders = new SourceFolders("P", [
            ("A", "using P.B;\nnamespace P.A;\nclass One;"),
            ("B", "namespace P.B;\nclass Two { C.Three? _three; /* A.One */ }"),
            ("C", "using P.A;\nnamespace P.C;\nclass Three;"),
            ("D", "using P.A;\nnamespace P.D;\nclass Four;")]);
        Assert.Equal(["A needs B", "B needs C", "C needs A"], folders.InCircles());
    }

    [Fact]
    public void Every_type_is_in_the_file_of_its_name() =>
        Assert.DoesNotContain(
            Repository.CSharpFiles("src").SelectMany(file => TopLevelTypes().Matches(File.ReadAllText(file)).Select(type => (File: Path.GetFileNameWithoutExtension(file), Type: type.Groups["name"].Value))),
            found => found.File != found.Type);

    [Fact]
    public void No_file_has_a_name_that_says_nothing() =>
        Assert.DoesNotContain(Repository.CSharpFiles("src", "tests"), file => EmptyName().IsMatch(Path.GetFileNameWithoutExtension(file)));

    [Fact]
    public void No_test_is_skipped_without_a_reason() =>
        Assert.DoesNotContain(
            typeof(ArchitectureTests).Assembly.GetTypes().SelectMany(type => type.GetMethods()).SelectMany(method => method.GetCustomAttributes<FactAttribute>(inherit: true)),
            fact => fact.Skip is { } reason && reason.Trim().Length < 10);

    private static XDocument Load(string project) => XDocument.Load(Path.Combine(Repository.Root, "src", project, $"{project}.csproj"));

    private static IEnumerable<string> References(XDocument project, string kind) =>
        project.Descendants(kind).Select(reference => ((string)reference.Attribute("Include")!).Replace('\\', '/'));

    [GeneratedRegex(@"^(?:(?:public|internal|file|sealed|static|abstract|readonly|partial|unsafe|ref) )+(?:class|record struct|record|struct|interface|enum|delegate \S+) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex TopLevelTypes();

    [GeneratedRegex("(Manager|Helper|Helpers|Util|Utils|Utilities|Service|Processor|Impl|Misc|Common)$")]
    private static partial Regex EmptyName();
}
