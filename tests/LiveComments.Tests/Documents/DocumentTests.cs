using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using LiveComments.Cassandra.Cql;
using LiveComments.Configuration;
using LiveComments.PostgreSql;
using LiveComments.Server.Auth;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Documents;

/// <summary>What the documents say is true: commands work, tables follow from the code, names and links exist.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] Documents =
    [
        .. Directory.EnumerateFiles(Repository.Root, "*.md"),
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories),
        Path.Combine(Repository.Root, "src", "LiveComments.Server", "wwwroot", "js", "README.md"),
        Path.Combine(Repository.Root, "src", "LiveComments.Client", "README.md"),
    ];

    private static string Readme => Path.Combine(Repository.Root, "README.md");

    private static string Integrating => Path.Combine(Repository.Root, "docs", "integrating.md");

    private static string Operating => Path.Combine(Repository.Root, "docs", "operating.md");

    [Fact]
    public void The_list_of_errors_is_that_of_the_table() => AssertPart("errors", DocumentTables.Errors());

    [Fact]
    public async Task The_table_of_options_is_that_of_the_options_classes()
    {
        await using var server = await TestServer.StartAsync();
        AssertPart("options", DocumentTables.OptionsTable(server.Services.GetServices<OptionsSection>()));
    }

    [RequiresFact("bash", "curl", "sed")]
    public async Task Every_command_of_the_tour_and_of_the_operators_page_works_in_the_order_given()
    {
        var output = await RunAsync(5, Readme, Operating);
        Assert.Contains("\"status\":\"live\"", output, StringComparison.Ordinal);
        Assert.Contains("\"commentText\":\"What a start!\"", output, StringComparison.Ordinal);
        Assert.Contains("\"reactionCount\":{\"loves\":1}", output, StringComparison.Ordinal);
        Assert.Contains("data: {\"type\":\"hello\"", output, StringComparison.Ordinal);
        Assert.Contains("data: {\"type\":\"batch\",\"from\":1", output, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"deleted\"", output, StringComparison.Ordinal);
    }

    [RequiresFact("bash", "curl")]
    public async Task Every_command_of_the_integrators_page_works_and_the_sample_shows_what_it_wrote()
    {
        var output = await RunAsync(2, Integrating);
        Assert.Contains("-- Programs talk: live", output, StringComparison.Ordinal);
        Assert.Matches("a-program: Hello from a program\n[^\n]* a-program: and once more\n", output);
    }

    [Fact]
    public async Task The_main_commands_stand_in_the_readme_and_the_second_is_what_continuous_integration_runs()
    {
        var readme = await File.ReadAllTextAsync(Readme);
        Assert.Contains("\ndotnet run -c Release --project src/LiveComments.Server\n", readme, StringComparison.Ordinal);
        Assert.Contains("\ndotnet tool restore && dotnet cake\n", readme, StringComparison.Ordinal);
        Assert.Contains("'dotnet tool restore && dotnet cake'", await File.ReadAllTextAsync(Path.Combine(Repository.Root, ".ci", "run")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_base_image_of_the_container_is_pinned()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "src", "LiveComments.Server", "Dockerfile"));
        var images = lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, images.Count);
        Assert.All(images, image => Assert.Matches(@"^FROM mcr\.microsoft\.com/dotnet/(sdk|aspnet):10\.0@sha256:[0-9a-f]{64}( AS build)?$", image));
    }

    [RequiresFact("git")]
    public async Task Keys_and_databases_of_any_data_folder_and_backup_reach_no_commit()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(Repository.Root, ".gitignore"), folder.At(".gitignore"));
        string[] files =
        [
            "data/lock", "backup-of-today/livecomments.db", "src/LiveComments.Server/other/livecomments.db-wal", "other/keys/signing/1.key", "other/keys/protection/1.xml",
            "other.partial/livecomments.db", "other/replaced-1/keys/signing/1.key",
        ];
        var (exitCode, output, error) = await BashAsync($"git init -q && git check-ignore {string.Join(' ', files)}", folder.Path);
        Assert.True(exitCode == 0, error);
        Assert.Equal(files, output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [RequiresFact("dotnet")]
    public async Task The_main_command_keeps_its_data_where_it_was_called()
    {
        // Where dotnet run goes before it starts the program: nowhere.
        var (exitCode, output, error) = await BashAsync("dotnet msbuild src/LiveComments.Server -getProperty:RunWorkingDirectory", Repository.Root);
        Assert.True(exitCode == 0, error);
        Assert.Equal("", output.Trim());
    }

    [Fact]
    public async Task Every_metric_and_path_that_the_documents_name_exists()
    {
        var instruments = new HashSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => { lock (instruments) instruments.Add(instrument.Name.Replace('.', '_')); } };
        listener.Start();
        // No broker is needed for what is counted.
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Kafka:Servers=127.0.0.1:1", "--LiveComments:Kafka:In:0:Topic=in", "--LiveComments:Kafka:In:0:Issuer=chat", "--LiveComments:Kafka:Out=out", "--LiveComments:Redis:Connection=127.0.0.1:1", "--LiveComments:ClickHouse:Url=http://127.0.0.1:1");
        // Made with the first comment, and with the first sign-in.
        _ = server.Services.GetRequiredService<LiveComments.Ingest.IngestMetrics>();
        _ = server.Services.GetRequiredService<SignInMetrics>();
        // Of other stores.
        _ = new CqlMetrics(server.Services.GetRequiredService<IMeterFactory>());
        using var postgreSql = new PostgreSqlMetrics(null, new PostgreSqlOptions(), () => 0, _ => false);
        string[] watched = [Path.Combine(Repository.Root, "deploy", "prometheus", "alerts.yml"), Path.Combine(Repository.Root, "deploy", "grafana", "livecomments.json")];
        var text = string.Concat(Documents.Concat(watched).Select(File.ReadAllText));

        var metrics = MetricName().Matches(text).Select(match => MetricSuffix().Replace(match.Value, "")).Distinct().ToList();
        Assert.NotEmpty(metrics);
        // Some are made by services that start beside the server.
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < TimeSpan.FromSeconds(30) && Missing())
            await Task.Delay(50);
        lock (instruments)
            Assert.All(metrics, metric => Assert.Contains(metric, instruments));

        // Those of the framework, once there was a request.
        await server.Anonymous.GetAsync("/events");
        var shown = await server.Anonymous.GetStringAsync("/metrics");
        var others = FrameworkMetric().Matches(text).Select(match => HistogramSuffix().Replace(match.Value, "")).Distinct().ToList();
        Assert.NotEmpty(others);
        Assert.All(others, metric => Assert.Contains($"# TYPE {metric} ", shown, StringComparison.Ordinal));

        var paths = (await server.Anonymous.GetStringAsync("/openapi/v1.json"))!;
        Assert.All(ApiPath().Matches(text).Select(match => match.Groups[1].Value).Distinct(), path => Assert.Contains($"\"{path}\":", paths, StringComparison.Ordinal));

        bool Missing()
        {
            lock (instruments)
                return !metrics.TrueForAll(instruments.Contains);
        }
    }

    [Fact]
    public void Every_row_of_what_is_promised_and_what_fails_names_its_tests_and_they_exist()
    {
        var types = typeof(DocumentTests).Assembly.GetTypes();
        var tests = types.SelectMany(type => type.GetMethods()).Where(method => Attribute.IsDefined(method, typeof(FactAttribute))).Select(method => method.Name)
            .Concat(types.Where(type => type.Name.EndsWith("Tests", StringComparison.Ordinal) || type.Name.EndsWith("Spec", StringComparison.Ordinal)).Select(type => type.Name))
            .ToHashSet(StringComparer.Ordinal);
        var rows = Documents.SelectMany(document => TestTable().Matches(File.ReadAllText(document))).SelectMany(table => table.Groups["row"].Captures).Select(row => row.Value).ToList();
        Assert.True(rows.Count > 20);
        foreach (var row in rows)
        {
            var named = CodeSpan().Matches(row.TrimEnd().TrimEnd('|').Split('|')[^1]).Select(match => match.Groups[1].Value).ToList();
            Assert.True(named.Count > 0, row);
            Assert.All(named, test => Assert.Contains(test, tests));
        }
    }

    [Fact]
    public void The_readme_can_be_read_in_five_minutes() => Assert.InRange(File.ReadAllLines(Readme).Length, 50, 150);

    [Fact]
    public void Every_link_from_one_document_to_another_leads_somewhere()
    {
        var dead = from document in Documents
                   let text = CodeBlock().Replace(File.ReadAllText(document), "")
                   from Match link in Link().Matches(text)
                   let target = link.Groups[1].Value
                   where !target.Contains("://", StringComparison.Ordinal) && !IsThere(document, target)
                   select $"{Path.GetRelativePath(Repository.Root, document)}: {target}";
        Assert.Empty(dead);
    }

    /// <summary>Runs the commands of documents against a server of their own; what they print.</summary>
    /// <param name="least">So many blocks there are at least.</param>
    private static async Task<string> RunAsync(int least, params string[] documents)
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path);
        var blocks = RunBlock().Matches(string.Concat(documents.Select(File.ReadAllText))).Select(match => match.Groups[1].Value).ToList();
        Assert.True(blocks.Count >= least);
        var script = string.Join('\n', blocks)
            .Replace("http://127.0.0.1:5080", server.Address.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("dotnet run -c Release --project src/LiveComments.Server --", $"dotnet '{Path.Combine(AppContext.BaseDirectory, "LiveComments.Server.dll")}' --data '{folder.Path}'", StringComparison.Ordinal)
            .Replace("dotnet run -c Release --project samples/ConsoleChat --", $"dotnet '{Path.Combine(AppContext.BaseDirectory, "ConsoleChat.dll")}'", StringComparison.Ordinal);
        Assert.DoesNotContain("5080", script, StringComparison.Ordinal);
        Assert.DoesNotContain("dotnet run", script, StringComparison.Ordinal);

        var (exitCode, output, error) = await BashAsync($"set -euo pipefail\n{script}", folder.Path);
        Assert.True(exitCode == 0, $"{output}\n{error}");
        return output;
    }

    private static bool IsThere(string document, string target)
    {
        var (path, heading) = target.Split('#') is [var before, var after] ? (before, after) : (target, "");
        var file = path.Length == 0 ? document : Path.GetFullPath(path, Path.GetDirectoryName(document)!);
        return (File.Exists(file) || Directory.Exists(file))
            && (heading.Length == 0 || Heading().Matches(File.ReadAllText(file)).Any(found => Anchor().Replace(found.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-') == heading));
    }

    /// <summary>A part stands in the document of its name.</summary>
    private static void AssertPart(string name, string expected)
    {
        var file = Path.Combine(Repository.Root, "docs", $"{name}.md");
        var document = File.ReadAllText(file);
        var (begin, end) = ($"<!-- {name} -->\n", $"<!-- /{name} -->");
        var start = document.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var stop = document.IndexOf(end, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCUMENTS") == "1")
            File.WriteAllText(file, $"{document[..start]}{expected}{document[stop..]}");
        else
            Assert.True(document[start..stop] == expected, $"The {name} in docs/{name}.md are not those of the code; UPDATE_DOCUMENTS=1 in the environment of this test writes them.");
    }

    private static async Task<(int ExitCode, string Output, string Error)> BashAsync(string script, string folder)
    {
        var start = new ProcessStartInfo("bash", "-s") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        using var bash = Process.Start(start)!;
        var output = bash.StandardOutput.ReadToEndAsync();
        var error = bash.StandardError.ReadToEndAsync();
        await bash.StandardInput.WriteAsync(script);
        bash.StandardInput.Close();
        await bash.WaitForExitAsync();
        return (bash.ExitCode, await output, await error);
    }

    [GeneratedRegex("<!-- run -->\n```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex RunBlock();

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    /// <summary>A table whose last column is called test or tests.</summary>
    [GeneratedRegex(@"^\|[^\n]*\| tests? \|\n\|[-| ]*\n(?<row>\|[^\n]*\n)+", RegexOptions.Multiline)]
    private static partial Regex TestTable();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex("[^a-z0-9 -]")]
    private static partial Regex Anchor();

    [GeneratedRegex("livecomments_[a-z_]*[a-z]")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"\b(http_server|kestrel|dotnet)_[a-z_]*[a-z]\b")]
    private static partial Regex FrameworkMetric();

    [GeneratedRegex("(_bucket|(?<=_seconds)_(count|sum))$")]
    private static partial Regex HistogramSuffix();

    [GeneratedRegex("(_seconds|_bytes)?(_total|_bucket|_count|_sum)?$")]
    private static partial Regex MetricSuffix();

    [GeneratedRegex("`(?:GET|POST|PUT|PATCH|DELETE) (/[^ `?]*)`")]
    private static partial Regex ApiPath();
}
