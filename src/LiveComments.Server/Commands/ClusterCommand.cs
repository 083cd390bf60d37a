using System.CommandLine;
using System.Text.Json;
using LiveComments.Server.Startup;

namespace LiveComments.Server.Commands;

/// <summary><c>cluster</c>: what operates several nodes, by the HTTP interface of one of them.</summary>
internal static class ClusterCommand
{
    private static readonly TimeSpan FollowEvery = TimeSpan.FromMilliseconds(500);

    public static void AddTo(RootCommand root, CommandLine line)
    {
        Option<string?> url = new("--url")
        {
            Description = "The node to ask, as http://host:port; one on another machine takes an administrator's token in the environment variable " + ClusterClient.TokenVariable + ". [default: the server on this machine, by the setting urls]",
            HelpName = "URL",
            Recursive = true,
            Validators = { CommandLine.MustNotBeEmpty },
        };
        Option<bool> json = new("--json") { Description = "Prints what the node answers, as JSON.", Recursive = true };
        Argument<string> liveEvent = new("event") { Description = "The event's UUID or alias.", HelpName = "EVENT" };
        Argument<string> node = new("node") { Description = "Its address as show prints it, or only host:port.", HelpName = "NODE" };

        Command Asking(string name, string description, Func<ParseResult, string> path, Func<JsonElement, TextTable> table, HttpMethod? method = null, params Argument[] arguments)
        {
            var command = new Command(name, description);
            foreach (var argument in arguments)
                command.Arguments.Add(argument);
            command.SetAction((result, ct) => AskAsync(line, result.GetValue(url), result.GetValue(json), method ?? HttpMethod.Get, path(result), table, ct));
            return command;
        }

        var leave = Asking("leave", "Stops the node that --url names as SIGTERM does: it drains, hands its events over and ends. drain is the same.", _ => "leave", Node, HttpMethod.Post);
        leave.Aliases.Add("drain");
        Command tail = new("tail", "Prints who is a member, then every change, until Ctrl-C.");
        tail.SetAction((result, _) => CommandLine.InterruptibleAsync(ct => FollowAsync(line, result.GetValue(url), result.GetValue(json), ct)));
        root.Subcommands.Add(new Command("cluster", "The nodes that serve the same events: who they are, what is where, and how one goes.")
        {
            url, json,
            Asking("show", "Lists the members as one node sees them.", _ => "members", Members),
            leave,
            Asking("down", "Removes a node that cannot be reached and is dead; the others do so by themselves after some seconds.", result => $"members/{Uri.EscapeDataString(HostAndPort(result.GetValue(node)!))}", Node, HttpMethod.Delete, node),
            Asking("shards", "Lists the shards of each node, and how many events have an actor in each.", _ => "shards", Shards),
            Asking("entity", "Says on which node an event's comments are placed, and what waits there.", result => $"events/{Uri.EscapeDataString(result.GetValue(liveEvent)!)}", Entity, null, liveEvent),
            Asking("relays", "Lists the nodes on which each event is watched, and by how many.", _ => "relays", Relays),
            tail,
        });
    }

    private static async Task<int> AskAsync(CommandLine line, string? url, bool json, HttpMethod method, string path, Func<JsonElement, TextTable> table, CancellationToken ct)
    {
        using var client = new ClusterClient(url ?? Local(line));
        var answer = await client.CallAsync(method, path, ct);
        Console.Out.Write(json ? $"{answer.GetRawText()}\n" : table(answer).ToString());
        return 0;
    }

    private static async Task FollowAsync(CommandLine line, string? url, bool json, CancellationToken ct)
    {
        using var client = new ClusterClient(url ?? Local(line));
        var members = await client.CallAsync(HttpMethod.Get, "members", ct);
        Console.Out.Write(json ? $"{members.GetRawText()}\n" : Members(members).ToString());
        var last = members.GetProperty("lastChange").GetInt64();
        try
        {
            while (true)
            {
                await Task.Delay(FollowEvery, ct);
                foreach (var change in (await client.CallAsync(HttpMethod.Get, $"changes?after={last}", ct)).EnumerateArray())
                {
                    last = change.GetProperty("number").GetInt64();
                    Console.Out.Write(json ? $"{change.GetRawText()}\n" : $"{change.Text("time")} | {change.Text("node")} | {change.Text("change")}\n");
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // So it ends.
        }
    }

    /// <summary>The server on this machine, by the settings that it is started with.</summary>
    private static string Local(CommandLine line)
    {
        var first = ServeCommand.Choose(line, null).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[0];
        if (first.Contains("://unix:", StringComparison.OrdinalIgnoreCase))
            throw new CommandException("The server listens on a Unix socket, which tells nothing about who asks: give it an address of 127.0.0.1 too, and name that with --url.");
        return first.Replace("://0.0.0.0", "://127.0.0.1", StringComparison.Ordinal).Replace("://[::]", "://127.0.0.1", StringComparison.Ordinal)
            .Replace("://*", "://127.0.0.1", StringComparison.Ordinal).Replace("://+", "://127.0.0.1", StringComparison.Ordinal);
    }

    private static string HostAndPort(string node) => node[(node.LastIndexOf('@') + 1)..];

    private static TextTable Members(JsonElement answer)
    {
        var table = new TextTable("Address", "Roles", "Status", "Reachable", "Is");
        foreach (var member in answer.GetProperty("members").EnumerateArray())
        {
            var node = member.Text("node");
            var marks = new[] { ("self", "this node"), ("leader", "leader"), ("oldest", "oldest") }.Where(mark => answer.TryGetProperty(mark.Item1, out var marked) && marked.GetString() == node).Select(mark => mark.Item2);
            table.Add(node, string.Join(", ", member.GetProperty("roles").EnumerateArray()), member.Text("status"), member.GetProperty("reachable").GetBoolean() ? "yes" : "no", string.Join(", ", marks));
        }
        return table.Counted("node");
    }

    private static TextTable Node(JsonElement answer)
    {
        var table = new TextTable("Address", "Status");
        table.Add(answer.Text("node"), answer.Text("status"));
        return table;
    }

    private static TextTable Shards(JsonElement answer)
    {
        var table = new TextTable("Node", "Shard", "Events");
        foreach (var node in answer.EnumerateArray())
            foreach (var shard in node.GetProperty("shards").EnumerateArray())
                table.Add(node.Text("node"), shard.Text("shard"), shard.Text("events"));
        return table.Counted("shard");
    }

    private static TextTable Entity(JsonElement answer)
    {
        var table = new TextTable("Event", "Node", "Since", "Comments waiting", "under way", "Reactions waiting", "under way", "Relays");
        var (comments, reactions) = (answer.GetProperty("comments"), answer.GetProperty("reactions"));
        table.Add(answer.Text("eventID"), answer.Text("node"), answer.Text("since"), comments.Text("waiting"), comments.Text("underWay"), reactions.Text("waiting"), reactions.Text("underWay"),
            string.Join(", ", answer.GetProperty("relays").EnumerateArray()));
        return table;
    }

    private static TextTable Relays(JsonElement answer)
    {
        var table = new TextTable("Event", "Node", "Viewers");
        foreach (var watched in answer.EnumerateArray())
            foreach (var node in watched.GetProperty("nodes").EnumerateArray())
                table.Add(watched.Text("eventID"), node.Text("node"), node.Text("viewers"));
        return table.Counted("relay");
    }

    private static string Text(this JsonElement answer, string name) => answer.GetProperty(name).ToString();
}
