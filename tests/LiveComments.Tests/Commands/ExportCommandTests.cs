using System.Text;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Reactions;
using LiveComments.Server.Commands;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Commands;

public sealed class ExportCommandTests
{
    private static readonly string[] Texts =
    [
        "plain", "\"quoted\", with comma", "two\r\nlines", "=1+1", "+49", "-", "@SUM(A1)", " =2+2", "＝3", "'already", "Grüße 👩‍👩‍👧 نص 漢字", "a;b\tc", "\\n",
    ];

    [Fact]
    public async Task Json_lines_hold_every_comment_exactly_as_written_and_no_removed_one()
    {
        await using var server = await TestServer.StartAsync();
        var id = await PlaceAsync(server, Texts);
        var (exitCode, output, error) = await ServerProcess.RunAsync("export", "--event", "show", "--data", server.Data);
        Assert.True(exitCode == 0, error);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(Texts, lines.Select(line => line.GetProperty("commentText").GetString()));
        Assert.Equal(Enumerable.Range(2, Texts.Length).Select(seq => (long)seq), lines.Select(line => long.Parse(line.GetProperty("position").GetString()!.Split(':')[1])));
        Assert.Equal(1, lines[0].GetProperty("reactions").GetProperty("loves").GetInt32());
        Assert.DoesNotContain("removed", output);
        Assert.Contains($"{Texts.Length} comments of {id}", error);
    }

    [Fact]
    public async Task Csv_is_read_back_field_by_field_and_no_cell_is_a_formula()
    {
        await using var server = await TestServer.StartAsync();
        using var folder = new TemporaryFolder();
        var id = await PlaceAsync(server, Texts);
        var (exitCode, output, error) = await ServerProcess.RunAsync("export", "--event", id.ToString(), "--format", "csv", "--out", folder.At("out.csv"), "--data", server.Data);
        Assert.True(exitCode == 0, error);
        Assert.Empty(output);
        Assert.Equal(["out.csv"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
        var bytes = await File.ReadAllBytesAsync(folder.At("out.csv"));
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        var rows = Csv(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes[3..]));
        Assert.Equal(Texts.Length + 1, rows.Count);
        Assert.All(rows, row => Assert.Equal(rows[0].Count, row.Count));
        var text = rows[0].IndexOf("commentText");
        string[] guarded = ["=1+1", "+49", "-", "@SUM(A1)", " =2+2", "＝3"];
        Assert.Equal(Texts.Select(written => guarded.Contains(written) ? "'" + written : written), rows.Skip(1).Select(row => row[text]));
        Assert.Equal("1", rows[1][rows[0].IndexOf("loves")]);
    }

    [Fact]
    public async Task An_event_of_many_pages_is_exported_once_each_in_order()
    {
        await using var server = await TestServer.StartAsync();
        await PlaceAsync(server, [.. Enumerable.Range(0, 2_500).Select(number => $"comment {number}")]);
        var (exitCode, output, error) = await ServerProcess.RunAsync("export", "--event", "show", "--data", server.Data);
        Assert.True(exitCode == 0, error);
        Assert.Equal(Enumerable.Range(0, 2_500).Select(number => $"comment {number}"),
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("commentText").GetString()));
    }

    [Fact]
    public async Task An_interrupted_export_leaves_the_file_that_was_there()
    {
        await using var server = await TestServer.StartAsync();
        using var folder = new TemporaryFolder();
        await PlaceAsync(server, [.. Enumerable.Range(0, 100_000).Select(number => $"comment {number}")]);
        await File.WriteAllTextAsync(folder.At("out"), "before");
        await using var export = ServerProcess.Start("export", "--event", "show", "--out", folder.At("out"), "--data", server.Data);
        while (Directory.GetFiles(folder.Path, "*.partial").Length == 0)
            await Task.Yield();
        Assert.Equal(130, await export.InterruptAsync());
        Assert.Equal(["out"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
        Assert.Equal("before", await File.ReadAllTextAsync(folder.At("out")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_export_whose_event_is_deleted_between_two_pages_fails_and_leaves_the_file_that_was_there(bool again)
    {
        await using var server = await TestServer.StartAsync();
        using var folder = new TemporaryFolder();
        var id = await PlaceAsync(server, [.. Enumerable.Range(0, 2_500).Select(number => $"comment {number}")]);
        await File.WriteAllTextAsync(folder.At("out"), "before");
        await using var services = new ServiceCollection().AddSingleton(server.Services.GetRequiredService<IEventLog>())
            .AddSingleton<ICommentQueries>(new Deleted(server.Services, again)).BuildServiceProvider();
        await using (var file = new FinishedFile(folder.At("out")))
            await Assert.ThrowsAsync<StoreUnavailableException>(() => ExportCommand.WriteAsync(services, id, new JsonLinesCommentWriter(file.Stream), _ => { }, default));
        Assert.Equal(["out"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
        Assert.Equal("before", await File.ReadAllTextAsync(folder.At("out")));
    }

    [Fact]
    public async Task What_is_not_there_is_named_and_nothing_is_created()
    {
        await using var server = await TestServer.StartAsync();
        using var folder = new TemporaryFolder();
        var unknown = await ServerProcess.RunAsync("export", "--event", "nosuch", "--out", folder.At("out"), "--data", server.Data);
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("nosuch", unknown.Error);
        var absent = await ServerProcess.RunAsync("export", "--event", "nosuch", "--data", folder.At("absent"));
        Assert.Equal(2, absent.ExitCode);
        Assert.Contains(folder.At("absent"), absent.Error);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    /// <summary>An event <c>show</c> with these comments, one that was removed, and a love for the first.</summary>
    private static async Task<EventId> PlaceAsync(TestServer server, string[] texts)
    {
        var id = EventId.New(TimeProvider.System);
        var author = new Author(UserId.New(TimeProvider.System), "ann", "=Ann", null, Role.Viewer);
        var now = DateTimeOffset.UtcNow;
        var log = server.Services.GetRequiredService<IEventLog>();
        await log.AppendAsync(id, [new StatusDraft(EventStatus.Live)], default);
        Assert.Null(await server.Services.GetRequiredService<IEventCatalog>().AddAsync(
            new LiveEvent(id, "show", "The show", null, "news", EventStatus.Live, now, false, null, "UTC", EventSettings.Default, author.Id, now, now), default));
        var drafts = texts.Append("removed").Select(text => new CommentDraft(CommentId.New(TimeProvider.System), author, text, null, [], null, null)).ToList();
        foreach (var some in drafts.Chunk(500))
            Assert.All(await log.AppendAsync(id, some, default), result => Assert.IsType<AppendResult.Appended>(result));
        await log.AppendAsync(id, [new RemovalDraft(drafts[^1].Id, author.Id, false)], default);
        await server.Services.GetRequiredService<IReactionStore>().ApplyAsync(id, [new ReactionDraft(drafts[0].Id, author.Id, ReactionType.Love)], default);
        return id;
    }

    /// <summary>RFC 4180, strictly: CRLF after every record, a quote only at a field's ends or doubled inside quotes.</summary>
    private static List<List<string>> Csv(string text)
    {
        var rows = new List<List<string>>();
        var row = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var field = new StringBuilder();
            if (text[at] == '"')
            {
                for (at++; text[at] != '"' || (at + 1 < text.Length && text[at + 1] == '"'); at++)
                {
                    if (text[at] == '"')
                        at++;
                    field.Append(text[at]);
                }
                at++;
            }
            else
            {
                for (; text[at] is not (',' or '\r'); at++)
                {
                    Assert.False(text[at] is '"' or '\n', "A quote or line feed stands in a field without quotes.");
                    field.Append(text[at]);
                }
            }
            row.Add(field.ToString());
            if (text[at] == ',')
            {
                at++;
                continue;
            }
            Assert.Equal("\r\n", text.Substring(at, 2));
            at += 2;
            rows.Add(row);
            row = [];
        }
        Assert.Empty(row);
        return rows;
    }

    /// <summary>An event that is deleted when its first page has been read, and may then be there anew.</summary>
    private sealed class Deleted(IServiceProvider services, bool again) : ICommentQueries
    {
        private readonly ICommentQueries _queries = services.GetRequiredService<ICommentQueries>();

        public async ValueTask<CommentPage> PageAsync(EventId id, PageRequest request, CancellationToken ct)
        {
            var page = await _queries.PageAsync(id, request, ct);
            var log = services.GetRequiredService<IEventLog>();
            if (request.AfterSeq == 0)
                await log.DeleteAsync(id, ct);
            if (request.AfterSeq == 0 && again)
                await log.AppendAsync(id, [new StatusDraft(EventStatus.Live)], ct);
            return page;
        }

        public ValueTask<Comment?> FindAsync(EventId id, CommentId commentId, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<RemovedComment?> FindRemovedAsync(EventId id, CommentId commentId, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<Comment>> QuestionsAsync(EventId id, int limit, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<Comment>> PopularAsync(EventId id, int limit, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<FoundComment>> ByAuthorAsync(UserId author, CommentId? before, int limit, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<IReadOnlyDictionary<UserId, long>> FirstsAsync(EventId id, IReadOnlyCollection<UserId> authors, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<FoundComment>> MentioningAsync(UserId user, CommentId? before, int limit, CancellationToken ct) => throw new NotSupportedException();
    }
}
