using System.CommandLine;

namespace LiveComments.Server.Commands;

/// <summary><c>serve</c>, also what runs when no command is given.</summary>
internal static class ServeCommand
{
    public static void AddTo(RootCommand root)
    {
        // Options of the form --LiveComments:Section:Key=value are the configuration's own.
        root.TreatUnmatchedTokensAsErrors = false;
        Option<string> urls = new("--urls") { Description = "Where to listen.", DefaultValueFactory = _ => "http://127.0.0.1:5080" };
        Option<DirectoryInfo> data = new("--data") { Description = "The data folder.", DefaultValueFactory = _ => new DirectoryInfo("data"), Recursive = true };
        root.Options.Add(urls);
        root.Options.Add(data);
        root.SetAction(async (result, ct) =>
        {
            await using var app = LiveCommentsServer.Build(new ServerArguments(result.GetValue(urls)!, result.GetValue(data)!.FullName, [.. result.UnmatchedTokens]));
            await app.RunAsync(ct);
            return 0;
        });
    }
}
