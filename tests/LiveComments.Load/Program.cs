using System.CommandLine;
using LiveComments.Load.Commands;

var root = new RootCommand("""
    Load generator and checker for LiveComments. It speaks the public protocol only, talks to nothing but this machine, starts a
    server of its own on a fresh data folder unless --url is given, and ends with what the checker found: exit code 0 when nothing
    was lost, doubled, out of order, altered or refused without need, 1 when something was, 2 when it could not run, 130 when it was interrupted. Linux only.

    Recipes, each with --help of its own; most take --sse and --tls:
      fan-out --viewers 1000 --rates 20,50,200         server CPU a delivery, and latency from when a comment was due
      fan-out --viewers 5000 --rooms 200 --rates 5     the same over many events
      max --viewers 1000                               the most deliveries a second with p99 below 250 ms
      idle --viewers 5000                              memory of a connection
      slow --viewers 400 --every 20 --pairs 3          viewers who read nothing: their cost, their end, what others notice
      slow --reading 8000                              viewers who read too little
      storm --viewers 5000 --away 5                    everybody comes back at once and resumes
      lost-node --url U --command 'kill -9 PID'        one of several nodes is killed or stopped: its viewers, and those who post
      presence --node A --node B --redis HOST:PORT     who is here on several nodes: what it costs, how soon another node knows
      cost --viewers 100 --rates 10,100,1000,10000     what a viewer costs as comments grow, all shown and with the display budget
      peak --comments 16667 --reactions 166667         into one event for a minute; then three times as much
      overload --posters 100,2000 --times 3,10         one event gets far more than the server takes; what another notices
      throughput comments --posters 64                 durable comments a second
      throughput reactions --posters 256               durable reactions a second
      replay --file live-chat.csv --viewers 500        a recorded chat as fast as the server takes it, watched by 500
      results                                          the reported runs, written to RESULTS.md, the chart and docs/capacity.md
    """);
root.Options.Add(LoadCommand.Json);
root.Options.Add(LoadCommand.Out);
RecipeCommands.AddTo(root);
ResultsCommand.AddTo(root);
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
