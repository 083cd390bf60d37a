#nullable enable
using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;

// dotnet cake                     builds, checks the formatting, installs what the suites need (as root on Debian), runs every test but the LongSuites
// dotnet cake --target=Quick      builds and runs the tests that need no server process, browser or load, in less than two minutes
// dotnet cake --target=Setup      installs what the suites need, as root on Debian; elsewhere says what is missing
// dotnet cake --target=Faults     the long fault runs: 500 kills of a server under load, and nodes of a cluster killed, frozen and cut off before 300 viewers,
//                                 also with everything on: three nodes of Cassandra, PostgreSQL, Redis, Kafka;
//                                 adds lines to tests/LiveComments.Tests/EndToEnd/Crash/RESULTS.md and Cluster/RESULTS.md
// dotnet cake --target=Lighthouse what Lighthouse says of the pages, in about five minutes; prints how fast they are, as in docs/capacity.md
// dotnet cake --target=Format     puts the formatting right
// dotnet cake --target=Bench      micro-benchmarks; --arguments="..." goes to BenchmarkDotNet
// dotnet cake --target=Load       the runs of tests/LiveComments.Load/RESULTS.md, its chart and the figures of docs/capacity.md, in about a quarter of an hour;
//                                 --arguments="--help" lists others, "results --file chat.csv" adds the replay of a recorded chat, "results --only storm" renews a part
// dotnet cake --target=Publish    the server in artifacts/publish, for this machine's runtime; --runtime=linux-arm64 for another

var target = Argument("target", "Test");
var arguments = Argument("arguments", "");
var runtime = Argument("runtime", "");
var solution = "LiveComments.sln";
var results = MakeAbsolute(Directory("artifacts/tests"));
// These start processes, browsers or loads.
string[] SlowSuites = ["Cluster", "PostgreSql", "Cassandra", "EndToEnd", "Browser", "Load", "Commands", "Documents", "Backups", "Deploy", "Kafka", "Redis", "ClickHouse", "Client"];
// Many processes at once, for minutes: only Faults runs them, and only Lighthouse the last.
string[] LongSuites = ["EveryPartCrashTests", "KafkaClusterCrashTests", "Cluster.ClusterCrashTests", "LighthouseTests"];
// More failures than these are no accident, and none of them is tried again.
const int MostUnsteady = 3;
TestCounts? counts = null;

Task("Build")
    .Does(() => Dotnet($"build {solution} -c Release -v quiet --nologo -warnaserror"));

// The whole solution's style rules are warnings of the build already; what is left for the formatter are white space and imports.
Task("CheckFormat")
    .IsDependentOn("Build")
    .Does(() => Dotnet($"format whitespace {solution} --no-restore --verify-no-changes"));

Task("Setup")
    .Does(InstallPrerequisites);

Task("Test")
    .IsDependentOn("Build")
    .IsDependentOn("CheckFormat")
    .IsDependentOn("Setup")
    .Does(() => counts = RunTests(string.Join('&', LongSuites.Select(suite => $"FullyQualifiedName!~{suite}"))));

Task("Quick")
    .IsDependentOn("Build")
    .Does(() => counts = RunTests(string.Join('&', SlowSuites.Select(suite => $"FullyQualifiedName!~LiveComments.Tests.{suite}."))));

Task("Faults")
    .IsDependentOn("Build")
    .Does(() => counts = RunTests("FullyQualifiedName~CrashTests", ("LIVECOMMENTS_KILLS", "500"), ("LIVECOMMENTS_CLUSTER_ROUNDS", "9")));

Task("Lighthouse")
    .IsDependentOn("Build")
    .Does(() =>
    {
        if (!FileExists("artifacts/lighthouse/node_modules/lighthouse/cli/index.js")
            && StartProcess("npm", "install --no-save --no-audit --no-fund --ignore-scripts --prefix artifacts/lighthouse lighthouse@12.2.3") != 0)
            throw new CakeException("npm could not bring Lighthouse.");
        Dotnet("test tests/LiveComments.Tests -c Release --no-build --nologo --filter FullyQualifiedName~LighthouseTests -e LIVECOMMENTS_LIGHTHOUSE_RUNS=5 --logger \"console;verbosity=detailed\"");
    });

Task("Format")
    .Does(() => Dotnet($"format {solution}"));

Task("Bench")
    .Does(() => Dotnet($"run -c Release --project tests/LiveComments.Benchmarks -- {(arguments == "" ? "--filter *" : arguments)}"));

Task("Load")
    .Does(() =>
    {
        Dotnet("build src/LiveComments.Server -c Release -v quiet --nologo");
        Dotnet($"run -c Release --project tests/LiveComments.Load -- {(arguments == "" ? "results" : arguments)}");
    });

Task("Publish")
    // One runtime's native library instead of everybody's, which add 51 MB.
    .Does(() => Dotnet($"publish src/LiveComments.Server -c Release -v quiet --nologo -o artifacts/publish --no-self-contained {(runtime == "" ? "--use-current-runtime" : $"-r {runtime}")}"));

RunTarget(target);
if (counts is { } all)
{
    // The last line of all, after Cake's own report.
    Console.WriteLine(all.Skipped == 0 ? $"{all.Passed} passed, {all.Failed} failed" : $"{all.Passed} passed, {all.Failed} failed, {all.Skipped} skipped");
    if (!all.RunSucceeded)
        System.Environment.Exit(1);
}

void Dotnet(string command)
{
    var code = StartProcess("dotnet", command);
    if (code != 0)
        throw new CakeException(code, $"dotnet {command} ended with {code}.");
}

// What the suites need beside .NET. Without it they report themselves as skipped, with the reason.
void InstallPrerequisites()
{
    (string Program, string Package, string For)[] needed =
    [
        ("curl", "curl", "the commands of the README"),
        ("chromium", "chromium fonts-noto-color-emoji", "the tests of the pages"),
        ("node", "nodejs", "the tests of the client module"),
        ("npm", "npm", "axe-core and Lighthouse, which look for what keeps people from using the pages, and chdb, the engine of ClickHouse"),
        ("pg_ctlcluster", "postgresql", "the tests of the store on a real PostgreSQL server, which they start themselves"),
        ("redis-server", "redis-server", "the tests with a Redis, which they start themselves"),
        ("nginx", "nginx-light", "the run of several nodes behind it by deploy/local"),
        ("promtool", "prometheus", "the checks of the alerts in deploy/prometheus"),
        ("prometheus-alertmanager", "prometheus-alertmanager", "the test that an alert reaches somebody"),
        ("aiosmtpd", "python3-aiosmtpd", "the tests of e-mail over STARTTLS"),
        ("java", "openjdk-17-jre-headless", "the tests with a Kafka broker or a Cassandra node, which also need KAFKA_HOME or CASSANDRA_HOME: a folder with a program `start DATA PORT` that runs one"),
        ("strace", "strace", "the proof that every acknowledgement follows the sync of what it acknowledges"),
    ];
    var missing = needed.Where(tool => Context.Tools.Resolve(tool.Program) is null).ToArray();
    if (missing.Length == 0)
        return;
    var packages = string.Join(' ', missing.Select(tool => tool.Package));
    foreach (var tool in missing)
        Information($"{tool.Program} is missing; it is for {tool.For}.");
    if (System.Environment.UserName != "root" || Context.Tools.Resolve("apt-get") is null)
    {
        Information($"Not root on Debian: the suites that need it are skipped. Install them with: apt-get install {packages}");
        return;
    }
    Information($"Installing with apt-get: {packages}");
    var installed = Apt("update -qq") && Apt($"install -y -qq --no-install-recommends {packages}");
    if (!installed)
        Information("apt-get could not install them: the suites that need them are skipped.");
}

bool Apt(string command) => StartProcess("apt-get", new ProcessSettings
{
    Arguments = command,
    EnvironmentVariables = new Dictionary<string, string?> { ["DEBIAN_FRONTEND"] = "noninteractive" },
    RedirectStandardOutput = true,
}, out _) == 0;

TestCounts RunTests(string filter = "", params (string Name, string Value)[] environment)
{
    EnsureDirectoryExists(results);
    CleanDirectory(results);
    var clock = Stopwatch.StartNew();
    var run = RunOnce(filter, environment);
    var failed = run.Tests.Where(test => test.HasFailed).ToList();
    foreach (var test in failed)
        Console.WriteLine($"FAILED {test.Name}\n    {test.Said.ReplaceLineEndings("\n    ")}");
    // A busy machine can make a test fail that a quiet one does not. One that passes alone is named all the same: it has a race, or waits too briefly.
    if (failed.Count is > 0 and <= MostUnsteady && environment.Length == 0 && !run.WasAborted)
    {
        var methods = failed.Select(test => test.Name.Split('(')[0]).Distinct().ToList();
        var again = RunOnce(string.Join('|', methods.Select(method => $"FullyQualifiedName={method}")), environment);
        foreach (var test in failed.Where(test => again.Tests.Any(other => other.Name == test.Name && !other.HasFailed)).ToList())
        {
            Console.WriteLine($"UNSTEADY {test.Name}: passed when it ran again, alone");
            failed.Remove(test);
        }
        run = run with { Succeeded = again.Succeeded && failed.Count == 0 };
    }
    var skipped = run.Tests.Where(test => test.WasSkipped).ToList();
    foreach (var reason in skipped.GroupBy(test => test.Said))
        Console.WriteLine($"Skipped, {reason.Key}: {string.Join(", ", reason.Select(test => test.Name))}");
    if (!run.Succeeded && failed.Count == 0 || run.Tests.Count == 0)
        Console.WriteLine($"The run itself failed:\n{string.Join('\n', run.Output.TakeLast(100))}");

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run.Tests.Count} tests in {clock.Elapsed.TotalSeconds:F0} s. The slowest:"));
    foreach (var test in run.Tests.OrderByDescending(test => test.Duration).Take(5))
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{test.Duration.TotalSeconds,8:F1} s  {test.Name}"));
    return new TestCounts(run.Tests.Count - failed.Count - skipped.Count, failed.Count, skipped.Count, run.Succeeded && failed.Count == 0 && run.Tests.Count > 0);
}

TestRun RunOnce(string filter, (string Name, string Value)[] environment)
{
    var folder = results.Combine(Guid.NewGuid().ToString("N"));
    // A test that hangs for 5 minutes is named and ends the run.
    var code = StartProcess("dotnet", new ProcessSettings
    {
        Arguments = $"test {solution} -c Release --no-build --nologo --results-directory \"{folder}\" --logger trx"
            + $" --blame-hang --blame-hang-timeout {(environment.Length == 0 ? "5m" : "60m")} --blame-hang-dump-type none"
            + (filter == "" ? "" : $" --filter \"{filter}\""),
        EnvironmentVariables = environment.ToDictionary(variable => variable.Name, variable => (string?)variable.Value),
        RedirectStandardOutput = true,
        // Said at once, too: a run that is cut off has no results.
        RedirectedStandardOutputHandler = line =>
        {
            if (line?.StartsWith("  Failed ", StringComparison.Ordinal) == true)
                Console.WriteLine(line);
            return line;
        },
        RedirectStandardError = true,
    }, out var output, out var errors);
    XNamespace trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";
    var tests = GetFiles($"{folder}/**/*.trx").SelectMany(file => XDocument.Load(file.FullPath).Descendants(trx + "UnitTestResult")).Select(test => new TestOutcome(
        (string)test.Attribute("testName")!,
        (string)test.Attribute("outcome")!,
        TimeSpan.Parse((string?)test.Attribute("duration") ?? "0", CultureInfo.InvariantCulture),
        $"{((string?)test.Descendants(trx + "Message").FirstOrDefault() ?? "").Trim()}\n{((string?)test.Descendants(trx + "StackTrace").FirstOrDefault() ?? "").TrimEnd()}".Trim())).ToList();
    return new TestRun(tests, [.. output, .. errors], code == 0);
}

sealed record TestOutcome(string Name, string Outcome, TimeSpan Duration, string Said)
{
    public bool WasSkipped => Outcome == "NotExecuted";

    public bool HasFailed => !WasSkipped && Outcome != "Passed";
}

sealed record TestRun(IReadOnlyList<TestOutcome> Tests, IReadOnlyList<string> Output, bool Succeeded)
{
    /// <summary>It ended before every test had run.</summary>
    public bool WasAborted => Output.Any(line => line.Contains("Test Run Aborted") || line.Contains("test run was aborted"));
}

sealed record TestCounts(int Passed, int Failed, int Skipped, bool RunSucceeded);
