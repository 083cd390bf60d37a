using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LiveComments.Moderation;
using LiveComments.Server.Startup;
using LiveComments.Wire;

namespace LiveComments.Server.Commands;

/// <summary><c>audit</c>: what moderators decided, also while a server runs.</summary>
internal static class AuditCommand
{
    private const int PageSize = 500;

    public static void AddTo(RootCommand root, CommandLine line)
    {
        Option<string?> contains = new("--contains")
        {
            Description = "A line that an earlier run has printed, as SEQ:HASH. With it, lines that were cut off at the end and a chain that was written anew are found too.",
            HelpName = "SEQ:HASH",
        };
        Command verify = new("verify", "Checks that no line of the audit log was changed, added or taken out, and prints the last one as SEQ:HASH. Keep that elsewhere for --contains.") { contains };
        verify.SetAction(result => CommandLine.InterruptibleAsync(async ct =>
        {
            var wanted = result.GetValue(contains) is { } text ? Parse(text) : default((long Seq, string Hash)?);
            line.Folder(result).MustExist();
            await using var app = line.Open(result);
            var (seq, hash, isThere) = (0L, AuditChain.Start, wanted is null);
            await foreach (var entry in ReadAsync(app.Services, ct))
            {
                if (AuditChain.FaultOf(seq, hash, entry) is { } fault)
                    throw new CommandException($"The audit log is not whole: {fault}.");
                (seq, hash) = (entry.Seq, entry.Hash);
                isThere |= wanted is { } one && one.Seq == seq && one.Hash.Equals(Convert.ToHexString(hash), StringComparison.OrdinalIgnoreCase);
            }
            if (!isThere)
                throw new CommandException($"The audit log is not whole: it has no line {wanted!.Value.Seq} with this hash, so lines were cut off or written anew.");
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seq}:{Convert.ToHexStringLower(hash)}"));
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"The audit log is whole: {seq} lines."));
        }));
        Option<string> output = new("--out") { Description = "The file to write, - for standard output. It appears when it is complete.", HelpName = "FILE", DefaultValueFactory = _ => "-", Validators = { CommandLine.MustNotBeEmpty } };
        Command export = new("export", "Writes the audit log of all events as JSON lines, with the hashes that verify checks.") { output };
        export.SetAction(result => CommandLine.InterruptibleAsync(async ct =>
        {
            line.Folder(result).MustExist();
            await using var app = line.Open(result);
            var path = result.GetValue(output)!;
            await using var file = path == "-" ? null : new FinishedFile(path);
            await using var stream = file is null ? Console.OpenStandardOutput() : null;
            var count = 0;
            await foreach (var entry in ReadAsync(app.Services, ct))
            {
                Write(file?.Stream ?? stream!, entry);
                count++;
            }
            file?.Finish();
            await Console.Error.WriteLineAsync($"{count} lines of the audit log exported{(file is null ? "" : " to " + path)}.");
        }));
        root.Subcommands.Add(new Command("audit", "What moderators decided about whom, when and why; also beside a running server.") { verify, export });
    }

    private static async IAsyncEnumerable<AuditEntry> ReadAsync(IServiceProvider services, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var store = services.GetRequiredService<IModerationStore>();
        for (var after = 0L; await store.AuditAfterAsync(after, PageSize, ct) is { Count: > 0 } page; after = page[^1].Seq)
            foreach (var entry in page)
                yield return entry;
    }

    /// <exception cref="CommandException"/>
    private static (long Seq, string Hash) Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && long.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var seq) && text.Length - colon - 1 == 2 * AuditChain.Start.Length
            ? (seq, text[(colon + 1)..]) : throw new CommandException("--contains takes SEQ:HASH, as verify prints it.");
    }

    private static void Write(Stream stream, AuditEntry entry)
    {
        using (var json = new Utf8JsonWriter(stream, CommentJson.WriterOptions))
        {
            var decision = entry.Decision;
            json.WriteStartObject();
            json.WriteNumber("seq"u8, entry.Seq);
            json.WriteString("decisionID"u8, decision.Id);
            if (decision.Event is { } id)
                json.WriteString("eventID"u8, id.Value);
            json.WriteString("action"u8, decision.Action.Name());
            json.WriteString("by"u8, decision.By.Value);
            if (decision.Comment is { } comment)
                json.WriteString("commentID"u8, comment.Value);
            if (decision.User is { } user)
                json.WriteString("userID"u8, user.Value);
            if (decision.Span is { } span)
                json.WriteNumber("seconds"u8, (long)span.TotalSeconds);
            if (decision.Reason is { } reason)
                json.WriteString("reason"u8, reason);
            if (decision.Undoes is { } undoes)
                json.WriteString("undoes"u8, undoes);
            CommentJson.WriteTime(json, "timestamp"u8, decision.At);
            if (entry.Salt is { } salt)
                json.WriteString("salt"u8, Convert.ToHexStringLower(salt));
            json.WriteString("digest"u8, Convert.ToHexStringLower(entry.Digest));
            json.WriteString("hash"u8, Convert.ToHexStringLower(entry.Hash));
            json.WriteEndObject();
        }
        stream.Write(Encoding.UTF8.GetBytes("\n"));
    }
}
