using System.CommandLine;
using LiveComments.Load.Recipes;

namespace LiveComments.Load.Commands;

/// <summary>The commands, one a recipe, and how each recipe's options become a run.</summary>
internal static class RecipeCommands
{
    public static readonly Option<int> Posters = Bounded("--posters", "Users who post, each with a WebSocket.", 64, 1, 20_000);
    public static readonly Option<int> Seconds = Bounded("--seconds", "How long is measured.", 20, 1, 3_600);
    public static readonly Option<int> InFlight = Bounded("--inflight", "Posts under way on each WebSocket.", 32, 1, 1_000);
    public static readonly Option<FileInfo> Chat = new("--file") { Description = "A CSV of user,text with a header, in the order it was written.", Required = true };

    public static void AddReplay(Command parent, Option<bool> json)
    {
        var viewers = Bounded("--viewers", "Viewers who watch everything.", 500, 0, 100_000);
        var connections = Bounded("--http", "HTTP connections that users without a WebSocket share.", 128, 1, 1_000);
        var window = Bounded("--window", "Posts under way over all WebSockets.", 512, 1, 20_000);
        var sse = ServerSentEvents();
        var command = new Command("replay", "Posts a recorded chat as its users, half over WebSocket, half over HTTP, as fast as the server takes it, while viewers watch all of it.")
        {
            Chat, viewers, connections, window, sse,
        };
        LoadCommand.Add(parent, command, json, result => ReadChat(result.GetValue(Chat)!).Users, (result, target, progress, ct) =>
            Task.FromResult(new Replay(ReadChat(result.GetValue(Chat)!), result.GetValue(viewers), result.GetValue(connections), result.GetValue(window), result.GetValue(sse)).Run(target, progress, ct)));
    }

    public static void AddThroughput(Command parent, Option<bool> json)
    {
        var command = new Command("throughput", "How much a second becomes durable, closed-loop over WebSocket: every poster sends the next when one is answered.");
        var viewers = Bounded("--viewers", "Viewers who watch everything, for the checker.", 1, 0, 10_000);
        var length = Bounded("--length", "Characters of a comment.", 40, 20, 500);
        var comments = new Command("comments", "Comments.") { Posters, InFlight, Seconds, viewers, length };
        LoadCommand.Add(command, comments, json, result => result.GetValue(Posters), (result, target, progress, ct) =>
            new CommentThroughput(result.GetValue(Posters), result.GetValue(InFlight), TimeSpan.FromSeconds(result.GetValue(Seconds)), result.GetValue(viewers), result.GetValue(length)).RunAsync(target, progress, ct));
        var reactedTo = Bounded("--comments", "Comments to react to; more than --inflight.", 1_000, 2, 100_000);
        var reactions = new Command("reactions", "Reactions.") { Posters, InFlight, Seconds, reactedTo };
        LoadCommand.Add(command, reactions, json, result => result.GetValue(Posters), (result, target, progress, ct) =>
            new ReactionThroughput(result.GetValue(Posters), result.GetValue(InFlight), TimeSpan.FromSeconds(result.GetValue(Seconds)), result.GetValue(reactedTo)).RunAsync(target, progress, ct));
        parent.Subcommands.Add(command);
    }

    public static void AddViewers(Command parent, Option<bool> json)
    {
        var viewers = Bounded("--viewers", "Viewers.", 1_000, 1, 100_000);
        var rate = Bounded("--rate", "Comments a second, by schedule: latencies count from when a comment was due.", 50, 1, 20_000);
        var sse = ServerSentEvents();
        var sample = new Option<bool>("--sample") { Description = "Watch what the server picks when there is too much to read, instead of everything." };
        var command = new Command("viewers", "Viewers of one event at a fixed rate of comments.") { viewers, rate, Seconds, sse, sample };
        LoadCommand.Add(parent, command, json, _ => Watching.Posters, (result, target, progress, ct) =>
            Task.FromResult(new Watching(result.GetValue(viewers), result.GetValue(rate), TimeSpan.FromSeconds(result.GetValue(Seconds)), result.GetValue(sse), result.GetValue(sample), Deaf: 0).Run(target, progress, ct)));
    }

    public static void AddSlow(Command parent, Option<bool> json)
    {
        var viewers = Bounded("--viewers", "Viewers who read.", 380, 1, 100_000);
        var deaf = Bounded("--deaf", "Viewers who read nothing.", 20, 1, 10_000);
        var rate = Bounded("--rate", "Comments a second, by schedule.", 500, 1, 20_000);
        var command = new Command("slow", "The same while some viewers read nothing: what that does to the others, and what becomes of them.") { viewers, deaf, rate, Seconds };
        LoadCommand.Add(parent, command, json, _ => Watching.Posters, (result, target, progress, ct) =>
            Task.FromResult(new Watching(result.GetValue(viewers), result.GetValue(rate), TimeSpan.FromSeconds(result.GetValue(Seconds)), ServerSentEvents: false, Sampled: false, result.GetValue(deaf)).Run(target, progress, ct)));
    }

    public static void AddStorm(Command parent, Option<bool> json)
    {
        var viewers = Bounded("--viewers", "Viewers.", 5_000, 1, 100_000);
        var rate = Bounded("--rate", "Comments a second, by schedule.", 50, 1, 20_000);
        var away = Bounded("--away", "Seconds they are gone.", 5, 1, 600);
        var sse = ServerSentEvents();
        var command = new Command("storm", "All viewers vanish at once, come back at once and resume.") { viewers, rate, away, sse };
        LoadCommand.Add(parent, command, json, _ => Watching.Posters, (result, target, progress, ct) =>
            Task.FromResult(new Storm(result.GetValue(viewers), result.GetValue(rate), TimeSpan.FromSeconds(result.GetValue(away)), result.GetValue(sse)).Run(target, progress, ct)));
    }

    public static ChatFile ReadChat(FileInfo file)
    {
        using var reader = file.OpenText();
        return ChatFile.Read(reader);
    }

    private static Option<bool> ServerSentEvents() => new("--sse") { Description = "Viewers watch over server-sent events instead of WebSocket." };

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
