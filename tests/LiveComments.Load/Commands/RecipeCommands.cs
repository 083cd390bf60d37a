using System.CommandLine;
using LiveComments.Load.Recipes;

namespace LiveComments.Load.Commands;

/// <summary>The commands, one a recipe, and how each recipe's options become a run.</summary>
internal static class RecipeCommands
{
    private static readonly Option<bool> ServerSentEvents = new("--sse") { Description = "Viewers watch over server-sent events instead of WebSocket." };

    public static void AddTo(Command root)
    {
        AddFanOut(root);
        AddMax(root);
        AddIdle(root);
        AddSlow(root);
        AddStorm(root);
        AddLostNode(root);
        AddPresence(root);
        AddCost(root);
        AddPeak(root);
        AddOverload(root);
        AddFlood(root);
        AddThroughput(root);
        AddReplay(root);
    }

    private static void AddFanOut(Command root)
    {
        var viewers = Bounded("--viewers", "Viewers.", 1_000, 1, 100_000);
        var rooms = Bounded("--rooms", "Events that they are spread over.", 1, 1, 10_000);
        var rates = Rates([20, 50, 200], "Comments a second and room, a stage each, by schedule: latencies count from when a comment was due.");
        var seconds = Seconds(5);
        var sample = new Option<bool>("--sample") { Description = "Watch what the server picks when there is too much to read, instead of everything." };
        var webSocket = new Option<bool>("--post-websocket") { Description = "Post over WebSocket instead of HTTP. Those who post are shown what is posted, too." };
        var deflate = new Option<bool>("--deflate") { Description = "Viewers watch over WebSockets that compress." };
        deflate.Validators.Add(result =>
        {
            if (result.GetValue(deflate) && result.GetValue(ServerSentEvents))
                result.AddError("--deflate is for WebSocket: it does not go with --sse.");
        });
        var command = new Command("fan-out", "What delivering a comment to a viewer costs at fixed rates, and when it arrives.") { viewers, rooms, rates, seconds, ServerSentEvents, deflate, sample, webSocket };
        LoadCommand.Add(root, command, result => new FanOut(result.GetValue(viewers), result.GetValue(rooms), result.GetValue(rates)!, TimeSpan.FromSeconds(result.GetValue(seconds)),
            result.GetValue(ServerSentEvents), result.GetValue(sample), result.GetValue(webSocket))
        {
            Deflate = result.GetValue(deflate),
        });
    }

    private static void AddMax(Command root)
    {
        var viewers = Bounded("--viewers", "Viewers of one event, who watch everything.", 1_000, 1, 100_000);
        var from = Bounded("--from", "Comments a second of the first step.", 100, 1, 10_000);
        var seconds = Bounded("--seconds", "How long each step is.", 4, 1, 60);
        var limit = Bounded("--limit", "Milliseconds that 99 of 100 deliveries must stay below.", 250, 1, 60_000);
        var command = new Command("max", "The most deliveries a second in time and without loss: the rate is doubled until it fails, then bisected.") { viewers, from, seconds, limit, ServerSentEvents };
        LoadCommand.Add(root, command, result => new MaxRate(result.GetValue(viewers), result.GetValue(from), TimeSpan.FromSeconds(result.GetValue(seconds)),
            TimeSpan.FromMilliseconds(result.GetValue(limit)), result.GetValue(ServerSentEvents)));
    }

    private static void AddIdle(Command root)
    {
        var viewers = Bounded("--viewers", "Viewers.", 5_000, 1, 100_000);
        var hold = Bounded("--hold", "Seconds that they are held.", 20, 1, 3_600);
        var command = new Command("idle", "What viewers to whom nothing happens cost in memory.") { viewers, hold, ServerSentEvents };
        LoadCommand.Add(root, command, result => new IdleViewers(result.GetValue(viewers), TimeSpan.FromSeconds(result.GetValue(hold)), result.GetValue(ServerSentEvents)));
    }

    private static void AddSlow(Command root)
    {
        var viewers = Bounded("--viewers", "Viewers.", 400, 2, 100_000);
        var every = Bounded("--every", "One of so many of them is slow.", 20, 1, 100_000);
        var reading = Bounded("--reading", "Bytes a second that a slow one reads; 0 for deaf.", 0, 0, 10_000_000);
        var rate = Bounded("--rate", "Comments a second, by schedule.", 200, 1, 20_000);
        var length = Bounded("--length", "Characters of a comment.", 500, 60, 500);
        var seconds = Seconds(20);
        var pairs = Bounded("--pairs", "Pairs of a stage without and one with the slow ones.", 1, 1, 100);
        var command = new Command("slow", "What viewers who read little or nothing cost, what becomes of them, and what the others notice.") { viewers, every, reading, rate, length, seconds, pairs };
        LoadCommand.Add(root, command, result => new SlowViewers(result.GetValue(viewers), result.GetValue(every), result.GetValue(reading), result.GetValue(rate), result.GetValue(length),
            TimeSpan.FromSeconds(result.GetValue(seconds)), result.GetValue(pairs)));
    }

    private static void AddStorm(Command root)
    {
        var viewers = Bounded("--viewers", "Viewers.", 5_000, 1, 100_000);
        var rate = Bounded("--rate", "Comments a second, by schedule.", 50, 1, 20_000);
        var away = Bounded("--away", "Seconds they are gone.", 5, 1, 600);
        var command = new Command("storm", "All viewers vanish at once, come back at once and resume.") { viewers, rate, away, ServerSentEvents };
        LoadCommand.Add(root, command, result => new Storm(result.GetValue(viewers), result.GetValue(rate), TimeSpan.FromSeconds(result.GetValue(away)), result.GetValue(ServerSentEvents)));
    }

    private static void AddLostNode(Command root)
    {
        var viewers = Bounded("--viewers", "Viewers.", 2_000, 1, 100_000);
        var rate = Bounded("--rate", "Comments a second, by schedule.", 50, 1, 20_000);
        var after = Bounded("--after", "Seconds it goes on after the command began.", 60, 1, 3_600);
        var lose = new Option<string>("--command") { Description = "What kills or stops a node, for the shell: 'kill -9 4711'. It may start it again.", Required = true };
        var nodes = NodeAddresses("How many watch there is read from its /metrics.");
        var command = new Command("lost-node", "A node of several behind the one address --url is killed or stopped: when its viewers are back, where, and what those who post notice.") { viewers, rate, after, lose, nodes, ServerSentEvents };
        LoadCommand.Add(root, command, result => new LostNode(result.GetValue(viewers), result.GetValue(rate), TimeSpan.FromSeconds(result.GetValue(after)), result.GetValue(lose)!,
            [.. (result.GetValue(nodes) ?? []).Select(node => new Uri(node))], result.GetValue(ServerSentEvents)));
    }

    private static void AddPresence(Command root)
    {
        var viewers = Bounded("--viewers", "Viewers, spread over the nodes.", 5_000, 10, 100_000);
        var hold = Bounded("--hold", "Seconds of each of the two stages.", 30, 1, 600);
        var moving = Bounded("--moving", "Viewers who leave and come back each second of the second stage.", 50, 1, 1_000);
        var tabs = Bounded("--tabs", "Viewers of the first node who leave one after the other.", 20, 1, 1_000);
        var nodes = NodeAddresses("The viewers connect to them.");
        nodes.Required = true;
        var redis = new Option<string>("--redis") { Description = "The Redis of the nodes: 127.0.0.1:6379, or the path of its socket.", Required = true };
        redis.Validators.Add(result =>
        {
            if (result.Tokens is [var address] && !address.Value.StartsWith('/') && !(System.Net.IPEndPoint.TryParse(address.Value, out var at) && System.Net.IPAddress.IsLoopback(at.Address)))
                result.AddError("--redis is an address of this machine such as 127.0.0.1:6379, or the path of a socket.");
        });
        var kill = new Option<string>("--command") { Description = "What kills the node that was named first, for the shell: 'kill -9 4711'. Without it no node is killed." };
        var command = new Command("presence", "Who is here, on several nodes that share a Redis: what it costs while nobody comes or goes and while some do, and how soon the last node knows that somebody has left the first one.") { viewers, hold, moving, tabs, nodes, redis, kill };
        LoadCommand.Add(root, command, result => new SharedPresence(result.GetValue(viewers), TimeSpan.FromSeconds(result.GetValue(hold)), result.GetValue(moving), result.GetValue(tabs),
            [.. result.GetValue(nodes)!.Select(node => new Uri(node))], result.GetValue(redis)!, result.GetValue(kill)));
    }

    private static Option<string[]> NodeAddresses(string use)
    {
        var nodes = new Option<string[]>("--node") { Description = $"The address of a node itself; once for each. {use}" };
        nodes.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => !Uri.TryCreate(token.Value, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")) is { } wrong)
                result.AddError($"--node is an address such as http://127.0.0.1:5080, not {wrong.Value}.");
        });
        return nodes;
    }

    private static void AddCost(Command root)
    {
        var viewers = Bounded("--viewers", "Viewers.", 100, 1, 100_000);
        var rates = Rates([10, 100, 1_000, 10_000], "Comments a second, two stages each: with everything shown, and with the display budget.");
        var seconds = Seconds(8);
        var command = new Command("cost", "What a viewer costs at rising rates of comments, without what taking the comments costs.") { viewers, rates, seconds };
        LoadCommand.Add(root, command, result => new CostOfRate(result.GetValue(viewers), result.GetValue(rates)!, TimeSpan.FromSeconds(result.GetValue(seconds))));
    }

    private static void AddPeak(Command root)
    {
        var comments = Bounded("--comments", "Comments a second.", 16_667, 1, 1_000_000);
        var reactions = Bounded("--reactions", "Reactions a second.", 166_667, 1, 1_000_000);
        var seconds = Seconds(60);
        var viewers = Bounded("--viewers", "Viewers of the sample; one more watches everything.", 1_000, 0, 100_000);
        var times = Bounded("--times", "How many times as much comes afterwards; 1 for nothing.", 3, 1, 100);
        var inFlight = Bounded("--inflight", "Comments or reactions under way on each WebSocket; twice as many afterwards.", 128, 1, 999);
        var command = new Command("peak", "Comments and reactions together into one event, then several times as much.") { comments, reactions, seconds, viewers, times, inFlight };
        LoadCommand.Add(root, command, result => new Peak(result.GetValue(comments), result.GetValue(reactions), TimeSpan.FromSeconds(result.GetValue(seconds)), result.GetValue(viewers),
            result.GetValue(times), result.GetValue(inFlight)));
    }

    private static void AddOverload(Command root)
    {
        var posters = Numbers("--posters", [100, 2_000], 5_000, "People who post to the flooded event, a stage each for every number of --times.");
        var times = Numbers("--times", [3, 10], 100, "How many times as much is offered as the server takes.");
        var viewers = Bounded("--viewers", "Viewers of each of the two events.", 20, 0, 10_000);
        var seconds = Bounded("--seconds", "How long each stage is.", 10, 1, 60);
        var http = new Option<bool>("--http") { Description = "Post over HTTP instead of WebSocket, each poster on a connection of their own." };
        var command = new Command("overload", "Several times as many comments into one event as the server takes, from people who do not wait for answers, while a second event gets 20 a second and both are watched: what is refused and how late, and what the second event notices.")
        {
            posters, times, viewers, seconds, http,
        };
        LoadCommand.Add(root, command, result => new Overload(result.GetValue(posters)!, result.GetValue(times)!, TimeSpan.FromSeconds(result.GetValue(seconds)), result.GetValue(viewers), !result.GetValue(http)));
    }

    private static void AddFlood(Command root)
    {
        var addresses = Bounded("--addresses", "Addresses that the flood comes from.", 500, 1, 10_000);
        var accounts = Bounded("--accounts", "Accounts that post in the flood.", 2_000, 1, 20_000);
        var rate = Bounded("--rate", "Posts a second of the flood at most: by default each account posts five times as fast as it may.", 10_000, 1, 100_000);
        var viewers = Bounded("--viewers", "Ordinary viewers.", 200, 0, 1_000);
        var writers = Bounded("--writers", "Ordinary writers, of whom each writes once in five seconds.", 20, 1, 100);
        var seconds = Bounded("--seconds", "How long each of the two stages is.", 30, 1, 60);
        var command = new Command("flood", "Many accounts from many addresses against one event, with the limits on, beside ordinary writers and viewers: what gets through, what a refused request costs, and what the ordinary ones notice. The same without the flood comes first.")
        {
            addresses, accounts, rate, viewers, writers, seconds,
        };
        LoadCommand.Add(root, command, result => new AddressFlood(result.GetValue(addresses), result.GetValue(accounts), result.GetValue(rate), result.GetValue(viewers), result.GetValue(writers), TimeSpan.FromSeconds(result.GetValue(seconds))));
    }

    private static void AddThroughput(Command root)
    {
        var posters = Bounded("--posters", "Users who post, each with a WebSocket.", 64, 1, 20_000);
        var inFlight = Bounded("--inflight", "Posts under way on each WebSocket.", 32, 1, 1_000);
        var seconds = Seconds(20);
        var viewers = Bounded("--viewers", "Viewers who watch everything, for the checker.", 1, 0, 10_000);
        var length = Bounded("--length", "Characters of a comment.", 40, 20, 500);
        var command = new Command("throughput", "How much a second becomes durable, closed-loop over WebSocket: every poster sends the next when one is answered.");
        LoadCommand.Add(command, new Command("comments", "Comments.") { posters, inFlight, seconds, viewers, length }, result =>
            new CommentThroughput(result.GetValue(posters), result.GetValue(inFlight), TimeSpan.FromSeconds(result.GetValue(seconds)), result.GetValue(viewers), result.GetValue(length)));
        var reactedTo = Bounded("--comments", "Comments to react to; more than --inflight.", 1_000, 2, 100_000);
        LoadCommand.Add(command, new Command("reactions", "Reactions.") { posters, inFlight, seconds, reactedTo }, result =>
            new ReactionThroughput(result.GetValue(posters), result.GetValue(inFlight), TimeSpan.FromSeconds(result.GetValue(seconds)), result.GetValue(reactedTo)));
        root.Subcommands.Add(command);
    }

    private static void AddReplay(Command root)
    {
        var file = new Option<FileInfo>("--file") { Description = "A CSV of user,text with a header, in the order it was written.", Required = true };
        var viewers = Bounded("--viewers", "Viewers who watch everything.", 500, 0, 100_000);
        var connections = Bounded("--http", "HTTP connections that users without a WebSocket share.", 128, 1, 1_000);
        var window = Bounded("--window", "Posts under way over all WebSockets.", 512, 1, 20_000);
        var command = new Command("replay", "Posts a recorded chat as its users, half over WebSocket, half over HTTP, as fast as the server takes it, while viewers watch all of it.")
        {
            file, viewers, connections, window, ServerSentEvents,
        };
        LoadCommand.Add(root, command, result =>
        {
            using var reader = result.GetValue(file)!.OpenText();
            return new Replay(ChatFile.Read(reader), result.GetValue(viewers), result.GetValue(connections), result.GetValue(window), result.GetValue(ServerSentEvents));
        });
    }

    private static Option<int> Seconds(int value) => Bounded("--seconds", "How long each stage is measured.", value, 1, 3_600);

    private static Option<int[]> Rates(int[] values, string description) => Numbers("--rates", values, 100_000, description);

    private static Option<int[]> Numbers(string name, int[] values, int most, string description) => new(name)
    {
        Description = $"{description} Separated by commas.",
        DefaultValueFactory = _ => values,
        CustomParser = result =>
        {
            var numbers = result.Tokens[0].Value.Split(',').Select(word => int.TryParse(word, out var number) ? number : 0).ToArray();
            if (!Array.TrueForAll(numbers, number => number >= 1 && number <= most))
                result.AddError($"{name} are numbers from 1 to {most}, separated by commas.");
            return numbers;
        },
    };

    private static Option<int> Bounded(string name, string description, int value, int least, int most)
    {
        var option = new Option<int>(name) { Description = $"{description} {least} to {most}.", DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var given) && (given < least || given > most))
                result.AddError($"{name} is {least} to {most}.");
        });
        return option;
    }
}
