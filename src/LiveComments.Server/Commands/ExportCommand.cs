using System.CommandLine;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Server.Startup;

namespace LiveComments.Server.Commands;

/// <summary><c>export</c>: an event's comments as JSON lines or CSV, also while a server runs.</summary>
internal static class ExportCommand
{
    /// <summary>
    /// Comments read at once. Each page is a read of its own, a few milliseconds long: between two pages the database's
    /// write-ahead log can be emptied, which a read over the whole event would prevent for as long as it takes.
    /// </summary>
    private const int PageSize = 1_000;

    public static void AddTo(RootCommand root, CommandLine line)
    {
        Option<string> liveEvent = new("--event") { Description = "The event's UUID or videoID.", HelpName = "ID", Required = true };
        Option<string> format = new("--format") { Description = "jsonl: the comments as the API gives them, one a line. csv: for spreadsheets, UTF-8 with a byte order mark; a text that a spreadsheet would take for a formula begins with '.", DefaultValueFactory = _ => "jsonl" };
        format.AcceptOnlyFromAmong("jsonl", "csv");
        Option<string> output = new("--out") { Description = "The file to write, - for standard output. It appears when it is complete.", HelpName = "FILE", DefaultValueFactory = _ => "-", Validators = { CommandLine.MustNotBeEmpty } };
        var command = new Command("export", "Writes an event's comments to a file, also beside a running server. Removed comments are left out.") { liveEvent, format, output };
        command.SetAction(result => CommandLine.InterruptibleAsync(async ct =>
        {
            line.Folder(result).MustExist();
            await using var app = line.Open(result);
            var found = await FindAsync(app.Services.GetRequiredService<IEventCatalog>(), result.GetValue(liveEvent)!, ct)
                ?? throw new CommandException($"There is no event '{result.GetValue(liveEvent)}' in {line.Folder(result).Path}.");
            var path = result.GetValue(output)!;
            await using var file = path == "-" ? null : new FinishedFile(path);
            await using var stream = file is null ? Console.OpenStandardOutput() : null;
            CommentWriter writer = result.GetValue(format) == "csv" ? new CsvCommentWriter(file?.Stream ?? stream!) : new JsonLinesCommentWriter(file?.Stream ?? stream!);
            var count = await Progress.ShowAsync($"Exporting {found.Title}", done => WriteAsync(app.Services, found.Id, writer, done, ct));
            file?.Finish();
            await Console.Error.WriteLineAsync($"{count} comments of {found.Id} ({found.Title}) exported{(file is null ? "" : " to " + path)}.");
        }));
        root.Subcommands.Add(command);
    }

    private static async Task<LiveEvent?> FindAsync(IEventCatalog catalog, string text, CancellationToken ct) =>
        EventId.TryParse(text, out var id) ? await catalog.FindAsync(id, ct) : await catalog.FindByVideoIdAsync(text, ct);

    /// <exception cref="StoreUnavailableException">The event was deleted meanwhile, also when there is another in its place.</exception>
    internal static async Task<long> WriteAsync(IServiceProvider services, EventId id, CommentWriter writer, Action<double> done, CancellationToken ct)
    {
        var queries = services.GetRequiredService<ICommentQueries>();
        // What is written while this runs belongs to the next export, or one of a live event would never end.
        var heads = await services.GetRequiredService<IEventLog>().HeadsAsync([id], ct);
        var (epoch, end) = heads.TryGetValue(id, out var head) ? head.Position : default;
        var count = 0L;
        writer.Begin();
        for (var after = 0L; after < end;)
        {
            var page = await queries.PageAsync(id, new PageRequest(after, end + 1, null, null, false, PageSize), ct);
            if (page.CompleteTo.Epoch != epoch)
                throw new StoreUnavailableException("The event was deleted while it was exported: the export is not complete.");
            foreach (var comment in page.Comments)
                writer.Write(comment);
            await writer.FlushAsync(ct);
            count += page.Comments.Count;
            after = page.More ? page.CompleteTo.Seq : end;
            done((double)after / end);
        }
        await writer.FlushAsync(ct);
        return count;
    }
}
