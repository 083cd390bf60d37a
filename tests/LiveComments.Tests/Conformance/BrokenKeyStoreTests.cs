using LiveComments.Keys;
using LiveComments.Tests.Server.Auth;

namespace LiveComments.Tests.Conformance;

public sealed class BrokenKeyStoreTests
{
    private static readonly Dictionary<string, Func<IKeyStore, IKeyStore>> All = new()
    {
        ["lists the newest key first"] = inner => new ListsBackwards(inner),
        ["has one ring for all"] = inner => new HasOneRing(inner),
        ["replaces a key of the same name"] = inner => new Replaces(inner),
        ["lets everybody believe that theirs was added"] = inner => new BelievesAll(inner),
        ["removes nothing"] = inner => new RemovesNothing(inner),
    };

    public static TheoryData<string> Broken => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task The_specification_fails_a_store_that(string breaksAPromise) =>
        Assert.NotEmpty(await Specification.FailuresAsync(() => new InFolder(All[breaksAPromise])));

    /// <summary>Not public, so that the test runner does not run it by itself.</summary>
    private sealed class InFolder(Func<IKeyStore, IKeyStore> wrap) : KeyFolderTests
    {
        protected override async Task<IKeyStore> OpenAsync() => wrap(await base.OpenAsync());
    }

    private abstract class Double(IKeyStore inner) : IKeyStore
    {
        protected IKeyStore Inner => inner;

        public virtual ValueTask<IReadOnlyList<StoredKey>> ReadAsync(KeyRing ring, CancellationToken ct) => inner.ReadAsync(ring, ct);

        public virtual ValueTask<bool> AddAsync(KeyRing ring, StoredKey key, CancellationToken ct) => inner.AddAsync(ring, key, ct);

        public virtual ValueTask RemoveAsync(KeyRing ring, IReadOnlyList<string> names, CancellationToken ct) => inner.RemoveAsync(ring, names, ct);
    }

    private sealed class ListsBackwards(IKeyStore inner) : Double(inner)
    {
        public override async ValueTask<IReadOnlyList<StoredKey>> ReadAsync(KeyRing ring, CancellationToken ct) => [.. (await Inner.ReadAsync(ring, ct)).Reverse()];
    }

    private sealed class HasOneRing(IKeyStore inner) : Double(inner)
    {
        public override ValueTask<IReadOnlyList<StoredKey>> ReadAsync(KeyRing ring, CancellationToken ct) => Inner.ReadAsync(KeyRing.Signing, ct);

        public override ValueTask<bool> AddAsync(KeyRing ring, StoredKey key, CancellationToken ct) => Inner.AddAsync(KeyRing.Signing, key, ct);
    }

    private sealed class Replaces(IKeyStore inner) : Double(inner)
    {
        public override async ValueTask<bool> AddAsync(KeyRing ring, StoredKey key, CancellationToken ct)
        {
            await Inner.RemoveAsync(ring, [key.Name], ct);
            return await Inner.AddAsync(ring, key, ct);
        }
    }

    private sealed class BelievesAll(IKeyStore inner) : Double(inner)
    {
        public override async ValueTask<bool> AddAsync(KeyRing ring, StoredKey key, CancellationToken ct)
        {
            await Inner.AddAsync(ring, key, ct);
            return true;
        }
    }

    private sealed class RemovesNothing(IKeyStore inner) : Double(inner)
    {
        public override ValueTask RemoveAsync(KeyRing ring, IReadOnlyList<string> names, CancellationToken ct) => default;
    }
}
