using LiveComments.Server.Files;

namespace LiveComments.Tests.Backups;

public sealed class RestorationTests
{
    /// <summary>The moves that complete a restore, in their order: a crash may come after any of them.</summary>
    private static readonly (string From, string To)[] Moves =
    [
        ("livecomments.db", "restored/previous/livecomments.db"),
        ("livecomments.db-wal", "restored/previous/livecomments.db-wal"),
        ("livecomments.db-shm", "restored/previous/livecomments.db-shm"),
        ("restored/livecomments.db", "livecomments.db"),
        ("keys", "restored/previous/keys"),
        ("restored/keys", "keys"),
    ];

    public static TheoryData<int> Crashes => [.. Enumerable.Range(0, Moves.Length + 1)];

    [Theory]
    [MemberData(nameof(Crashes))]
    public void A_committed_restore_is_completed_wherever_it_was_cut_off(int after)
    {
        using var data = new TemporaryFolder();
        Write(data, "livecomments.db", "old");
        Write(data, "livecomments.db-wal", "old");
        Write(data, "livecomments.db-shm", "old");
        Write(data, "keys/key", "old");
        Write(data, "restored/livecomments.db", "new");
        Write(data, "restored/keys/key", "new");
        Directory.CreateDirectory(data.At("restored/previous"));
        foreach (var (from, to) in Moves[..after])
            Directory.Move(data.At(from), data.At(to));

        var restoration = new Restoration(new DataFolder(data.Path));
        Assert.True(restoration.Unfinished);
        var kept = restoration.Complete(TimeProvider.System)!;

        Assert.False(restoration.Unfinished);
        Assert.Equal("new", File.ReadAllText(data.At("livecomments.db")));
        Assert.Equal("new", File.ReadAllText(data.At("keys/key")));
        Assert.Equal(["keys", "livecomments.db", Path.GetFileName(kept)], Directory.GetFileSystemEntries(data.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(["livecomments.db", "livecomments.db-wal", "livecomments.db-shm", "keys/key"], name => Assert.Equal("old", File.ReadAllText(Path.Combine(kept, name))));
        Assert.Null(restoration.Complete(TimeProvider.System));
    }

    [Fact]
    public void What_came_between_a_cut_off_and_its_completion_is_in_nobodys_way_and_kept()
    {
        using var data = new TemporaryFolder();
        Write(data, "livecomments.db", "between");
        Write(data, "keys/key", "between");
        Write(data, "restored/livecomments.db", "new");
        Write(data, "restored/keys/key", "new");
        Write(data, "restored/previous/livecomments.db", "old");
        Write(data, "restored/previous/keys/key", "old");

        var kept = new Restoration(new DataFolder(data.Path)).Complete(TimeProvider.System)!;

        Assert.All(["livecomments.db", "keys/key"], name => Assert.Equal("new", File.ReadAllText(data.At(name))));
        Assert.All(["livecomments.db", "keys/key"], name => Assert.Equal("old", File.ReadAllText(Path.Combine(kept, name))));
        Assert.All(["livecomments.db.later", "keys.later/key"], name => Assert.Equal("between", File.ReadAllText(Path.Combine(kept, name))));
    }

    private static void Write(TemporaryFolder folder, string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.At(name))!);
        File.WriteAllText(folder.At(name), text);
    }
}
