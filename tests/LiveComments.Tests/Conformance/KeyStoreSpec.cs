using System.Text;
using LiveComments.Keys;

namespace LiveComments.Tests.Conformance;

/// <summary>What every <see cref="IKeyStore"/> promises.</summary>
public abstract class KeyStoreSpec : IAsyncLifetime
{
    private IKeyStore _store = null!;

    public async Task InitializeAsync() => _store = await OpenAsync();

    public abstract Task DisposeAsync();

    /// <summary>An empty store.</summary>
    protected abstract Task<IKeyStore> OpenAsync();

    [Fact]
    public async Task Keys_come_back_as_they_were_stored_in_the_order_of_their_names()
    {
        foreach (var name in (string[])["000002", "000010", "000001", "000002-0123abcd"])
            Assert.True(await _store.AddAsync(KeyRing.Signing, Key(name, $"Grüße {name}"), default));
        Assert.Equal(["000001 Grüße 000001", "000002 Grüße 000002", "000002-0123abcd Grüße 000002-0123abcd", "000010 Grüße 000010"], await ReadAsync(KeyRing.Signing));
    }

    [Fact]
    public async Task Rings_are_apart()
    {
        await _store.AddAsync(KeyRing.Signing, Key("000001", "signs"), default);
        Assert.Empty(await ReadAsync(KeyRing.Protection));
        Assert.True(await _store.AddAsync(KeyRing.Protection, Key("000001", "protects"), default));
        await _store.RemoveAsync(KeyRing.Signing, ["000001"], default);
        Assert.Empty(await ReadAsync(KeyRing.Signing));
        Assert.Equal(["000001 protects"], await ReadAsync(KeyRing.Protection));
    }

    [Fact]
    public async Task A_name_is_given_once_and_stays_what_it_is()
    {
        Assert.True(await _store.AddAsync(KeyRing.Protection, Key("000001", "first"), default));
        Assert.False(await _store.AddAsync(KeyRing.Protection, Key("000001", "second"), default));
        Assert.Equal(["000001 first"], await ReadAsync(KeyRing.Protection));
    }

    [Fact]
    public async Task Of_many_who_add_one_name_at_once_one_decides()
    {
        for (var name = 1; name <= 5; name++)
        {
            var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () => await _store.AddAsync(KeyRing.Signing, Key($"{name:D6}", $"{i}"), default))));
            Assert.Single(added, true);
            Assert.Equal($"{name:D6} {Array.IndexOf(added, true)}", (await ReadAsync(KeyRing.Signing))[^1]);
        }
    }

    [Fact]
    public async Task Removed_keys_are_gone_and_unknown_names_are_passed_over()
    {
        foreach (var name in (string[])["000001", "000002", "000003"])
            await _store.AddAsync(KeyRing.Signing, Key(name, "x"), default);
        await _store.RemoveAsync(KeyRing.Signing, ["000001", "000003", "000009"], default);
        Assert.Equal(["000002 x"], await ReadAsync(KeyRing.Signing));
    }

    private static StoredKey Key(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));

    private async Task<List<string>> ReadAsync(KeyRing ring) => [.. (await _store.ReadAsync(ring, default)).Select(key => $"{key.Name} {Encoding.UTF8.GetString(key.Value)}")];
}
