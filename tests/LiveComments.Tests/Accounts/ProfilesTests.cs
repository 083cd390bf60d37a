using LiveComments.Accounts;
using LiveComments.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.Accounts;

public sealed class ProfilesTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTime _time = new();
    private SqliteDatabase _database = null!;
    private SqliteAccountStore _store = null!;
    private Profiles _profiles = null!;

    public Task InitializeAsync()
    {
        _database = SqliteDatabase.Open(new SqliteOptions { Path = _folder.At("livecomments.db"), Timeout = TimeSpan.FromSeconds(30) }, NullLogger.Instance);
        _store = new SqliteAccountStore(_database);
        _profiles = new Profiles(_store, new ReservedNames(Options.Create(new NamesOptions())), _time);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("maria.garcia", "maria.garcia", "maria.garcia")]
    [InlineData("Maria García", null, "Maria García")]
    [InlineData("ab", null, "ab")]
    [InlineData("ann\u200Bie", "annie", "annie")]
    [InlineData("Maria\u2800\u3164", "Maria", "Maria")]
    [InlineData("\u2800", null, null)]
    [InlineData("\u202Egnp.exe", null, null)]
    [InlineData(null, null, null)]
    public async Task Somebody_new_is_called_by_the_name_of_their_token_if_it_may_be_one(string? name, string? username, string? displayName)
    {
        var caller = NewCaller(name);
        var profile = await _profiles.EnsureAsync(caller, default);
        var spare = "user-" + caller.UserId.ToString()[^8..];
        Assert.Equal((username ?? spare, displayName ?? spare), (profile.Username, profile.DisplayName));
        Assert.Equal(profile, (await _store.FindAsync(caller.UserId, default))!.Profile);
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("Аdministrаtor")] // with Cyrillic letters
    [InlineData("★ Moderator ★")]
    public async Task Somebody_new_with_a_reserved_name_gets_a_neutral_one_unless_they_have_the_role(string name)
    {
        var viewer = NewCaller(name);
        Assert.Matches("^user-[0-9a-f]{8}$", (await _profiles.EnsureAsync(viewer, default)).DisplayName);
        Assert.Equal(name, (await _profiles.EnsureAsync(NewCaller(name) with { Role = Role.Moderator }, default)).DisplayName);
    }

    [Fact]
    public async Task A_name_that_is_taken_stays_with_its_owner()
    {
        var first = await _profiles.EnsureAsync(NewCaller("ann"), default);
        var second = await _profiles.EnsureAsync(NewCaller("ANN"), default);
        Assert.Equal("ann", first.Username);
        Assert.Matches("^user-[0-9a-f]{8}$", second.Username);
        Assert.Equal("ANN", second.DisplayName);
    }

    [Fact]
    public async Task Two_whose_spare_names_are_the_same_both_get_one()
    {
        var first = await _profiles.EnsureAsync(NewCaller(null, Guid.Parse("0198c0de-0000-7000-8000-00000000abcd")), default);
        var second = await _profiles.EnsureAsync(NewCaller(null, Guid.Parse("0198c0de-1111-7000-8000-00000000abcd")), default);
        Assert.Equal("user-0000abcd", first.Username);
        Assert.Matches("^user-[0-9a-f]{8}$", second.Username);
    }

    [Fact]
    public async Task Somebody_who_writes_twice_at_once_gets_one_account()
    {
        var caller = NewCaller("ann");
        var profiles = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () => await _profiles.EnsureAsync(caller, default))));
        Assert.Single(profiles.Distinct());
        Assert.Equal("ann", profiles[0].Username);
    }

    [Fact]
    public async Task A_profile_in_memory_is_given_at_once_and_costs_nothing()
    {
        var caller = NewCaller("ann");
        await _profiles.EnsureAsync(caller, default);
        Assert.True(_profiles.EnsureAsync(caller, default).IsCompletedSuccessfully);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            _ = _profiles.EnsureAsync(caller, default);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public async Task A_change_is_seen_at_once_when_it_is_told_and_after_five_minutes_when_not()
    {
        var caller = NewCaller("ann");
        await _profiles.EnsureAsync(caller, default);
        await RenameAsync(caller, "told");
        _profiles.Forget(caller.UserId);
        Assert.Equal("told", (await _profiles.EnsureAsync(caller, default)).DisplayName);
        await RenameAsync(caller, "untold");
        Assert.Equal("told", (await _profiles.EnsureAsync(caller, default)).DisplayName);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("untold", (await _profiles.EnsureAsync(caller, default)).DisplayName);
    }

    [Fact]
    public async Task Mentioned_names_are_found_in_any_case_and_from_memory_the_second_time()
    {
        var ann = await _profiles.EnsureAsync(NewCaller("Ann"), default);
        var fresh = new Profiles(_store, new ReservedNames(Options.Create(new NamesOptions())), _time);
        Assert.Equal(ann, (await fresh.FindByUsernamesAsync(["aNN", "nobody", "no!name"], default)).Single().Value);
        var again = fresh.FindByUsernamesAsync(["ANN", "Nobody"], default);
        Assert.True(again.IsCompletedSuccessfully);
        Assert.Equal(ann, (await again)["ann"]);
    }

    [Fact]
    public async Task A_name_that_nobody_had_is_found_within_ten_seconds_of_its_first_use()
    {
        Assert.Empty(await _profiles.FindByUsernamesAsync(["ann"], default));
        await new Profiles(_store, new ReservedNames(Options.Create(new NamesOptions())), _time).EnsureAsync(NewCaller("ann"), default);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Single(await _profiles.FindByUsernamesAsync(["ann"], default));
    }

    private Caller NewCaller(string? name, Guid? id = null) => new(new UserId(id ?? Guid.NewGuid()), name, Role.Viewer, null, null, _time.GetUtcNow().AddHours(1));

    private async Task RenameAsync(Caller caller, string name) =>
        Assert.True(await _store.ReplaceAsync((await _store.FindAsync(caller.UserId, default))! with { DisplayName = name }, default));
}
