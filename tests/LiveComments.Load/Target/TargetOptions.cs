using System.CommandLine;

namespace LiveComments.Load.Target;

/// <summary>Which server a run is against: one that it starts and ends, or one that is there.</summary>
internal sealed class TargetOptions
{
    private readonly Option<FileInfo> _server = new("--server") { Description = "The built LiveComments.Server.dll to start. [default: the one of this repository]" };
    private readonly Option<Uri?> _url = new("--url")
    {
        Description = "A server that runs already, with its limits off; needs --tokens and --event.",
        CustomParser = argument =>
        {
            if (Uri.TryCreate(argument.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
                return url;
            argument.AddError("--url is an address such as http://127.0.0.1:5080.");
            return null;
        },
    };
    private readonly Option<FileInfo> _tokens = new("--tokens") { Description = "With --url: a file with one access token a line, a user each (livecomments token --count N)." };
    private readonly Option<string[]> _event = new("--event") { Description = "With --url: the videoID of a live event; once for each room of the run." };
    private readonly Option<int> _pid = new("--pid") { Description = "With --url: the server's process id, to measure it." };
    private readonly Option<string[]> _set = new("--set") { Description = "An option of the started server, for example LiveComments:Sqlite:Readers=4.", Arity = ArgumentArity.ZeroOrMore };

    private readonly Option<bool> _tls = new("--tls") { Description = "Speak TLS 1.3 with the started server, by a certificate made for the run." };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _server, _url, _tokens, _event, _pid, _set, _tls })
            command.Options.Add(option);
    }

    public Task<LoadTarget> OpenAsync(ParseResult result, Needs needs, CancellationToken ct)
    {
        if (result.GetValue(_url) is not { } url)
            return LoadTarget.StartAsync(result.GetValue(_server)?.FullName ?? DefaultServer(), [.. (result.GetValue(_set) ?? []).Select(set => $"--{set}")], result.GetValue(_tls), needs, ct);
        if (result.GetValue(_tokens) is not { } tokens || result.GetValue(_event) is not { Length: > 0 } videoIds || result.GetValue(_tls))
            throw new LoadException("--url needs --tokens and --event, and knows no --tls.");
        return Task.FromResult(LoadTarget.Existing(url, File.ReadAllLines(tokens.FullName), videoIds, result.GetValue(_pid), needs));
    }

    /// <summary>The folder of this repository, as far as it was built in it.</summary>
    public static string Root => Framework.Parent?.Parent?.Parent?.Parent?.Parent?.FullName ?? "";

    private static DirectoryInfo Framework => new(AppContext.BaseDirectory.TrimEnd('/'));

    /// <summary>The server built beside this program, in the same configuration.</summary>
    private static string DefaultServer() => Path.Combine(Root, "src", "LiveComments.Server", "bin", Framework.Parent?.Name ?? "", Framework.Name, "LiveComments.Server.dll");
}
