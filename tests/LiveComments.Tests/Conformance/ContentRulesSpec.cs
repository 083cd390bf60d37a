using LiveComments.Events;

namespace LiveComments.Tests.Conformance;

/// <summary>What every <see cref="IContentRules"/> promises.</summary>
public abstract class ContentRulesSpec : IAsyncLifetime
{
    private const string Some = """{"words":[{"text":"Größe 🏆","action":"mask"}]}""", Others = """{"capitals":"hold"}""";

    private static readonly DateTimeOffset Now = new(2026, 1, 31, 20, 0, 0, 125, TimeSpan.Zero);

    private IContentRules _rules = null!;
    private IEventCatalog _catalog = null!;

    public async Task InitializeAsync() => (_rules, _catalog) = await OpenAsync();

    public abstract Task DisposeAsync();

    /// <summary>An empty store's rules and events.</summary>
    protected abstract Task<(IContentRules Rules, IEventCatalog Catalog)> OpenAsync();

    [Fact]
    public async Task Rules_come_back_as_they_were_put_last()
    {
        var id = await EventAsync();
        Assert.Null(await _rules.FindAsync(id, default));
        Assert.True(await _rules.PutAsync(id, Some, Now, default));
        Assert.Equal(Some, await _rules.FindAsync(id, default));
        Assert.True(await _rules.PutAsync(id, Others, Now, default));
        Assert.Equal(Others, await _rules.FindAsync(id, default));
    }

    [Fact]
    public async Task Events_have_rules_of_their_own_and_all_of_them_have_others()
    {
        var (one, other) = (await EventAsync(), await EventAsync());
        await _rules.PutAsync(one, Some, Now, default);
        Assert.Null(await _rules.FindAsync(other, default));
        Assert.Null(await _rules.FindAsync(null, default));
        Assert.True(await _rules.PutAsync(null, Some, Now, default));
        Assert.True(await _rules.PutAsync(null, Others, Now, default));
        Assert.Equal(Others, await _rules.FindAsync(null, default));
        Assert.Null(await _rules.FindAsync(other, default));
        Assert.Equal(Some, await _rules.FindAsync(one, default));
    }

    [Fact]
    public async Task An_event_that_is_gone_has_none_and_takes_none()
    {
        var id = await EventAsync();
        await _rules.PutAsync(id, Some, Now, default);
        Assert.True(await _catalog.RemoveAsync(id, default));
        Assert.Null(await _rules.FindAsync(id, default));
        Assert.False(await _rules.PutAsync(id, Some, Now, default));
        Assert.False(await _rules.PutAsync(new EventId(Guid.NewGuid()), Some, Now, default));
        Assert.Null(await _rules.FindAsync(id, default));
    }

    [Fact]
    public async Task Every_change_is_a_new_version_of_the_catalogue()
    {
        var id = await EventAsync();
        var seen = new HashSet<long> { await _catalog.VersionAsync(default) };
        await _rules.PutAsync(id, Some, Now, default);
        Assert.True(seen.Add(await _catalog.VersionAsync(default)));
        await _rules.PutAsync(id, Others, Now, default);
        Assert.True(seen.Add(await _catalog.VersionAsync(default)));
        await _rules.PutAsync(null, Some, Now, default);
        Assert.True(seen.Add(await _catalog.VersionAsync(default)));
        await _rules.FindAsync(id, default);
        Assert.False(seen.Add(await _catalog.VersionAsync(default)));
    }

    private async Task<EventId> EventAsync()
    {
        var id = new EventId(Guid.NewGuid());
        Assert.Null(await _catalog.AddAsync(
            new LiveEvent(id, null, "A show", null, "news", EventStatus.Live, Now, false, null, "UTC", EventSettings.Default, new UserId(Guid.NewGuid()), Now, Now), default));
        return id;
    }
}
