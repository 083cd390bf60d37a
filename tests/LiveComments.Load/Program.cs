using System.CommandLine;
using LiveComments.Load.Commands;

var root = new RootCommand("""
    Load generator and checker for LiveComments. It speaks the public protocol only, starts a server of its own on a fresh
    data folder unless --url is given, and ends with what the checker found: exit code 0 when nothing was lost, doubled or
    out of order, 1 when something was, 2 when it could not run, 130 when it was interrupted. Linux only.

    Recipes:
      replay --file live-chat.csv --viewers 500       a recorded chat as fast as the server takes it, watched by 500
      throughput comments --posters 64 --seconds 20   durable comments a second
      throughput reactions --posters 256               durable reactions a second
      viewers --viewers 1000 --rate 200 --seconds 10  what a viewer costs; add --sse for server-sent events
      storm --viewers 5000 --away 5                   everybody comes back at once
      slow --viewers 380 --deaf 20 --rate 500         viewers who read nothing
      results --file live-chat.csv                    the reported runs, written to RESULTS.md
    """);
var json = new Option<bool>("--json") { Description = "One line of JSON a stage instead of tables.", Recursive = true };
root.Options.Add(json);
RecipeCommands.AddReplay(root, json);
RecipeCommands.AddThroughput(root, json);
RecipeCommands.AddViewers(root, json);
RecipeCommands.AddStorm(root, json);
RecipeCommands.AddSlow(root, json);
ResultsCommand.Add(root, json);
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
