using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LiveComments.Configuration;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Deploy;

/// <summary>The files that run several nodes fit the product and each other.</summary>
public sealed partial class DeployedFilesTests
{
    private static string Deploy => Path.Combine(Repository.Root, "deploy");

    private static JsonNode Compose => Assert.Single(Yaml.Read("docker-compose.yml"));

    private static JsonNode StatefulSet => Yaml.Read("deploy", "kubernetes", "livecomments.yaml").Single(document => Text(document["kind"]) == "StatefulSet");

    [Fact]
    public async Task Every_setting_that_they_give_exists()
    {
        await using var server = await TestServer.StartAsync();
        var known = server.Services.GetServices<OptionsSection>().SelectMany(section => section.Keys()).Select(key => key.Key).Append("LiveComments:Data").ToHashSet(StringComparer.Ordinal);
        var files = Directory.EnumerateFiles(Deploy, "*", SearchOption.AllDirectories).Append(Path.Combine(Repository.Root, "docker-compose.yml"));
        var given = files.SelectMany(file => Setting().Matches(File.ReadAllText(file)).Select(match => match.Value)).Distinct().ToList();
        Assert.True(given.Count > 10);
        Assert.All(given, name => Assert.Contains(Number().Replace(name.Replace("__", ":", StringComparison.Ordinal), ":" + OptionsSection.Any), known));
    }

    [Fact]
    public void Nginx_and_Prometheus_reach_the_nodes_of_the_compose_file()
    {
        var services = Compose["services"]!.AsObject();
        var nodes = services.Where(service => Text(service.Value!["image"]) == "livecomments").ToList();
        Assert.Equal(3, nodes.Count);
        var port = ExposedPort().Match(File.ReadAllText(Path.Combine(Repository.Root, "src", "LiveComments.Server", "Dockerfile"))).Groups[1].Value;
        var expected = nodes.Select(node => $"{node.Key}:{port}").ToList();
        var nginx = File.ReadAllText(Path.Combine(Deploy, "nginx.conf"));
        Assert.All(Upstream().Matches(nginx).Select(match => match.Groups[1].Value), upstream => Assert.Equal(expected, UpstreamServer().Matches(upstream).Select(match => match.Groups[1].Value)));
        Assert.Equal(2, Upstream().Count(nginx));
        var prometheus = Assert.Single(Yaml.Read("deploy", "prometheus", "prometheus.yml"));
        Assert.Equal(expected, prometheus["scrape_configs"]![0]!["static_configs"]![0]!["targets"]!.AsArray().Select(Text));

        Assert.All(nodes, node => Assert.Equal(node.Key, Text(node.Value!["environment"]!["LiveComments__Cluster__Hostname"])));
        Assert.All(nodes, node => Assert.Equal(Text(services["nginx"]!["networks"]!["inside"]!["ipv4_address"]), Text(node.Value!["environment"]!["LiveComments__Proxy__Trusted__0"])));
        Assert.All(nodes, node => Assert.Equal(Text(services["prometheus"]!["networks"]!["inside"]!["ipv4_address"]), Text(node.Value!["environment"]!["LiveComments__Metrics__Readers__0"])));
        Assert.Equal(nodes.Select(node => $"{node.Key}:{Text(node.Value!["networks"]!["inside"]!["ipv4_address"])}"), services["nginx"]!["extra_hosts"]!.AsArray().Select(Text));
        Assert.All(services, service => Assert.True(service.Value!["build"] is not null || PinnedImage().IsMatch(Text(service.Value["image"])), service.Key));
        // What is mounted is there.
        var mounted = services.SelectMany(service => service.Value!["volumes"]?.AsArray().Select(Text) ?? []).Where(volume => volume.StartsWith("./", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(mounted);
        Assert.All(mounted, volume => Assert.True(Path.Exists(Path.Combine(Repository.Root, volume.Split(':')[0])), volume));
    }

    [Fact]
    public void Secrets_come_from_whoever_runs_it()
    {
        var environment = Compose["services"]!.AsObject().SelectMany(service => service.Value!["environment"]?.AsObject().AsEnumerable() ?? []).ToList();
        var secrets = environment.Where(variable => SecretName().IsMatch(variable.Key)).Select(variable => Text(variable.Value)).ToList();
        Assert.True(secrets.Count >= 8);
        Assert.All(secrets, secret => Assert.Matches(@"^(Host=[^$]*Password=)?\$\{[A-Z_]+:\?[^}]*\}$", secret));
        Assert.DoesNotContain(Yaml.Read("deploy", "kubernetes", "livecomments.yaml"), document => Text(document["kind"]) == "Secret");
    }

    [Fact]
    public async Task Kubernetes_waits_for_the_drain_and_asks_what_the_server_answers()
    {
        var pod = StatefulSet["spec"]!["template"]!["spec"]!;
        var container = Assert.Single(pod["containers"]!.AsArray())!;
        string Setting(string name) => Text(container["env"]!.AsArray().Single(variable => Text(variable!["name"]) == name)!["value"]);
        var drain = TimeSpan.Parse(Setting("LiveComments__Stream__DrainAfter"), CultureInfo.InvariantCulture) + TimeSpan.Parse(Setting("LiveComments__Stream__DrainWithin"), CultureInfo.InvariantCulture);
        Assert.True(int.Parse(Text(pod["terminationGracePeriodSeconds"]), CultureInfo.InvariantCulture) >= drain.TotalSeconds + 5);
        var ports = container["ports"]!.AsArray().ToDictionary(port => Text(port!["name"]), port => Text(port!["containerPort"]));
        Assert.Equal(Setting("LiveComments__Cluster__Port"), ports["cluster"]);
        Assert.Equal("5080", ports["http"]);
        await using var server = await TestServer.StartAsync();
        foreach (var probe in (string[])["startupProbe", "livenessProbe", "readinessProbe"])
        {
            Assert.Equal("http", Text(container[probe]!["httpGet"]!["port"]));
            Assert.True((await server.Anonymous.GetAsync(Text(container[probe]!["httpGet"]!["path"]))).IsSuccessStatusCode);
        }
        Assert.Equal("Ingress", Text(Assert.Single(Yaml.Read("deploy", "kubernetes", "ingress.yaml"))["kind"]));
    }

    [Fact]
    public void Every_alert_says_what_to_do()
    {
        var rules = Yaml.Read("deploy", "prometheus", "alerts.yml")[0]["groups"]![0]!["rules"]!.AsArray();
        Assert.True(rules.Count >= 12);
        Assert.All(rules, rule => Assert.EndsWith(".", Text(rule!["annotations"]!["runbook"]), StringComparison.Ordinal));
        Assert.All(rules, rule => Assert.Contains(Text(rule!["labels"]!["severity"]), (string[])["page", "ticket"]));
    }

    [Fact]
    public void Alerts_reach_the_Alertmanager_of_the_compose_file_and_each_receiver_is_there()
    {
        var alertmanager = Assert.Single(Yaml.Read("deploy", "prometheus", "alertmanager.yml"));
        var receivers = alertmanager["receivers"]!.AsArray().Select(receiver => Text(receiver!["name"])).ToList();
        Assert.All(alertmanager["route"]!["routes"]!.AsArray().Append(alertmanager["route"]), route => Assert.Contains(Text(route!["receiver"]), receivers));
        var target = Text(Assert.Single(Yaml.Read("deploy", "prometheus", "prometheus.yml"))["alerting"]!["alertmanagers"]![0]!["static_configs"]![0]!["targets"]![0]);
        Assert.Contains(target.Split(':')[0], Compose["services"]!.AsObject().Select(service => service.Key));
    }

    [Fact]
    public void The_dashboard_has_panels_of_its_own_place_that_ask_the_data_source_there_is()
    {
        var source = Text(Assert.Single(Yaml.Read("deploy", "grafana", "datasources.yml"))["datasources"]![0]!["uid"]);
        var panels = JsonNode.Parse(File.ReadAllText(Path.Combine(Deploy, "grafana", "livecomments.json")))!["panels"]!.AsArray();
        Assert.Equal(panels.Count, panels.Select(panel => (int)panel!["id"]!).Distinct().Count());
        var taken = new HashSet<(int, int)>();
        foreach (var place in panels.Select(panel => panel!["gridPos"]!))
            for (var x = (int)place["x"]!; x < (int)place["x"]! + (int)place["w"]!; x++)
                for (var y = (int)place["y"]!; y < (int)place["y"]! + (int)place["h"]!; y++)
                    Assert.True(x < 24 && taken.Add((x, y)), $"Two panels at {x}, {y}");
        var figures = panels.Where(panel => Text(panel!["type"]) != "row").ToList();
        Assert.True(figures.Count > 20);
        Assert.All(figures, panel => Assert.NotEmpty(panel!["targets"]!.AsArray()));
        Assert.All(figures.SelectMany(panel => panel!["targets"]!.AsArray().Select(target => target!["datasource"]!["uid"]).Append(panel["datasource"]!["uid"])), uid => Assert.Equal(source, Text(uid)));
    }

    [RequiresFact("promtool")]
    public async Task Prometheus_takes_the_alerts_and_they_fire_when_they_should()
    {
        var folder = Path.Combine(Deploy, "prometheus");
        await RunAsync("promtool", "check", "config", Path.Combine(folder, "prometheus.yml"));
        await RunAsync("promtool", "test", "rules", Path.Combine(folder, "alerts-test.yml"));
    }

    [RequiresFact("promtool")]
    public async Task Prometheus_understands_what_the_dashboard_asks()
    {
        var panels = JsonNode.Parse(File.ReadAllText(Path.Combine(Deploy, "grafana", "livecomments.json")))!["panels"]!.AsArray();
        // Grafana puts the time between two points in.
        var asked = panels.SelectMany(panel => panel!["targets"]?.AsArray().Select(target => Text(target!["expr"]).Replace("$__rate_interval", "1m", StringComparison.Ordinal)) ?? []).ToList();
        using var folder = new TemporaryFolder();
        var rules = new JsonArray([.. asked.Select((question, number) => new JsonObject { ["record"] = $"asked_{number}", ["expr"] = question })]);
        File.WriteAllText(folder.At("rules.yml"), new JsonObject { ["groups"] = new JsonArray(new JsonObject { ["name"] = "asked", ["rules"] = rules }) }.ToJsonString());
        await RunAsync("promtool", "check", "rules", folder.At("rules.yml"));
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + await error);
    }

    private static string Text(JsonNode? node) => node!.ToString();

    [GeneratedRegex(@"LiveComments__\w+")]
    private static partial Regex Setting();

    [GeneratedRegex(":[0-9]+")]
    private static partial Regex Number();

    [GeneratedRegex("^EXPOSE ([0-9]+)$", RegexOptions.Multiline)]
    private static partial Regex ExposedPort();

    [GeneratedRegex("upstream [a-z]+ {(.*?)}", RegexOptions.Singleline)]
    private static partial Regex Upstream();

    [GeneratedRegex("^ *server ([^ ]+) ", RegexOptions.Multiline)]
    private static partial Regex UpstreamServer();

    [GeneratedRegex(@"^[a-z/-]+:v?[0-9]+\.[0-9.]+$")]
    private static partial Regex PinnedImage();

    [GeneratedRegex("PASSWORD|EncryptionKey|ConnectionString")]
    private static partial Regex SecretName();
}
