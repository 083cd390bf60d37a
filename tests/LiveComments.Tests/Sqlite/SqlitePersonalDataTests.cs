using LiveComments.Log;
using LiveComments.PersonalData;
using LiveComments.Tests.Conformance;

namespace LiveComments.Tests.Sqlite;

public class SqlitePersonalDataTests : PersonalDataSpec
{
    private protected override Task<StoreUnderTest> CreateAsync(FakeTime time) => Task.FromResult<StoreUnderTest>(new SqliteStore(time));

    private protected override Task CopyEntriesAsync() => RunAsync("""
        INSERT INTO entries (entry, kind, time, comment_id, user_id, text, username, display_name, payload)
        SELECT entry + 1000, 99, time, comment_id, user_id, text, username, display_name, text FROM entries WHERE kind = 1
        """);

    private protected override Task RunAsync(string sql) => ((SqliteStore)Store).RunAsync(sql);

    [Fact]
    public async Task Nothing_of_what_was_erased_is_left_in_the_write_ahead_log()
    {
        var id = await LiveAsync();
        var comment = await PostAsync(id, "a-text-that-was-erased");
        var files = (string[])[((SqliteStore)Store).Options.Path, ((SqliteStore)Store).Options.Path + "-wal"];
        Assert.Contains(files, HasText);
        await PlaceAsync(id, new RemovalDraft(comment.Id, Ann.Id, AsModerator: false));
        await Data.BeginAsync(Ann.Id, Now, default);
        for (LogPlace? after = default(LogPlace); after is { } place;)
            after = (await Logs.SweepAsync(Ann.Id, place, default)).Next;
        Assert.Contains(files, HasText);
        await Data.FinishAsync(Ann.Id, default);
        // Emptied behind the commit.
        for (var i = 0; i < 600 && files.Any(HasText); i++)
            await Task.Delay(50);
        Assert.DoesNotContain(files, HasText);
    }

    private static bool HasText(string file)
    {
        using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[open.Length];
        // It may become shorter meanwhile.
        open.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes.AsSpan().IndexOf("a-text-that-was-erased"u8) >= 0;
    }
}
