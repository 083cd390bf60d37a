using System.CommandLine;

namespace LiveComments.Load.Target;

/// <summary>Which server a run is against: one that it starts and ends, or one that is there.</summary>
internal sealed class TargetOptions
{
    private readonly Option<FileInfo> _server = new("--server") { Description = "The built LiveComments.Server.dll to start. [default: the one of this repository]" };
    private readonly Option<Uri> _url = new("--url") { Description = "A server that runs already, with its limits off; needs --tokens and --event." };
    private readonly Option<FileInfo> _tokens = new("--tokens") { Description = "With --url: a file with one access token a line, a user each (livecomments token --count N)." };
    private readonly Option<string> _event = new("--event") { Description = "With --url: the videoID of a live event." };
    private readonly Option<int> _pid = new("--pid") { Description = "With --url: the server's process id, to measure it." };
    private readonly Option<string[]> _set = new("--set") { Description = "An option of the started server, for example LiveComments:Sqlite:GroupCommit=128.", Arity = ArgumentArity.ZeroOrMore };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _server, _url, _tokens, _event, _pid, _set })
            command.Options.Add(option);
    }

    public Task<LoadTarget> OpenAsync(ParseResult result, int users, CancellationToken ct)
    {
        if (result.GetValue(_url) is not { } url)
            return LoadTarget.StartAsync(result.GetValue(_server)?.FullName ?? DefaultServer(), [.. (result.GetValue(_set) ?? []).Select(set => $"--{set}")], users, ct);
        if (result.GetValue(_tokens) is not { } tokens || result.GetValue(_event) is not { } videoId)
            throw new LoadException("--url needs --tokens and --event.");
        return Task.FromResult(LoadTarget.Existing(url, File.ReadAllLines(tokens.FullName), videoId, result.GetValue(_pid), users));
    }

    /// <summary>The server built beside this program, in the same configuration.</summary>
    private static string DefaultServer()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var root = framework.Parent?.Parent?.Parent?.Parent?.Parent;
        return Path.Combine(root?.FullName ?? "", "src", "LiveComments.Server", "bin", framework.Parent?.Name ?? "", framework.Name, "LiveComments.Server.dll");
    }
}
