using System.CommandLine;
using LiveComments.Server.Demo;
using LiveComments.Server.Files;
using LiveComments.Server.Startup;

namespace LiveComments.Server.Commands;

/// <summary><c>demo</c>: a server with something going on, on data that is nobody's.</summary>
internal static class DemoCommand
{
    /// <summary>Enough that nobody writes too often, few enough that names recur.</summary>
    private const int Chatting = 60;

    public const string Name = "demo";

    /// <summary>What <c>--data</c> is here.</summary>
    public const string DataHelp = "A new folder for the demo's data, which stays. [default: a temporary folder that is deleted at the end]";

    public static void AddTo(RootCommand root, CommandLine line)
    {
        var urls = ServeCommand.Urls();
        Command demo = new(Name, "Serves a live event in which people write and react, and one that is over to replay. "
            + "Its data is in a temporary folder that is deleted at the end, or in a new folder that --data names and that stays.") { urls };
        demo.SetAction(result => RunAsync(line, line.NamedFolder(result), ServeCommand.Choose(line, result.GetValue(urls))));
        root.Subcommands.Add(demo);
    }

    private static async Task<int> RunAsync(CommandLine line, DataFolder? named, string urls)
    {
        if (!line.StoreIsInDataFolder)
            throw new CommandException("A demo's data is nobody's, and LiveComments:Store names a database that may be somebody's: leave the setting out.");
        if (named is not null && Directory.Exists(named.Path) && !named.IsEmpty)
            throw new CommandException($"The folder {named.Path} is not empty, and a demo's data is its own. Name a new folder with --data, or none.");
        var folder = named ?? new DataFolder(Directory.CreateTempSubdirectory("livecomments-demo-").FullName);
        folder.Create();
        var keep = false;
        try
        {
            var people = People.Create(Chatting, Random.Shared);
            DemoEvents events = null!;
            var exitCode = await CommandLine.InterruptibleAsync(async ct => events = await DemoEvents.CreateAsync(line.Arguments(folder, urls), people, ct));
            if (exitCode != 0)
                return exitCode;
            keep = named is not null;
            return await ServeCommand.ServeAsync(line, folder, urls, app => Print(app, folder, events, keep), builder =>
            {
                builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<CrowdLoop>(
                    services, ActivatorUtilities.CreateInstance<Crowd>(services, people, Random.Shared), events.Live));
                builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<CrowdAudience>(services, people.Count, Random.Shared, events.Live));
                builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<CrowdModeration>(services, people, Random.Shared, events.Live));
                builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<CrowdPolls>(services, people, Random.Shared, events.Live));
                builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<CrowdQuestions>(services, people, Random.Shared, events.Live));
            });
        }
        finally
        {
            if (!keep)
                Directory.Delete(folder.Path, recursive: true);
        }
    }

    private static void Print(WebApplication app, DataFolder folder, DemoEvents events, bool keep)
    {
        var url = app.Urls.First();
        Console.Out.WriteLine($"""
            The demo of LiveComments {ServeCommand.Version} is running.
              Address      {string.Join(", ", app.Urls)}
              Open         {url}/live/{DemoEvents.LiveVideoId}
              Replay       {url}/live/{DemoEvents.RecordedVideoId}
              Log in       {DemoEvents.Administrator}, password {events.Password}
              Data folder  {folder.Path}{(keep ? "" : " (deleted at the end)")}
              Stop         Ctrl-C
            """);
    }
}
