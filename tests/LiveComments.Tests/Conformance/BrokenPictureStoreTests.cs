using LiveComments.Pictures;
using LiveComments.Tests.Sqlite;

namespace LiveComments.Tests.Conformance;

public sealed class BrokenPictureStoreTests
{
    private static readonly Dictionary<string, Func<Func<IPictureStore>, IPictureStore>> All = new()
    {
        ["keeps the address of another picture"] = inner => new KeepsAddress(inner),
        ["shows the first picture for ever"] = inner => new ShowsFirst(inner),
        ["takes nothing away"] = inner => new TakesNothingAway(inner),
        ["takes a picture of nobody"] = inner => new TakesOfNobody(inner),
        ["keeps pictures of accounts that are gone"] = inner => new KeepsAll(inner),
    };

    public static TheoryData<string> Broken => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task The_specification_fails_a_store_that(string breaksAPromise) =>
        Assert.NotEmpty(await Specification.FailuresAsync(() => new InSqlite(All[breaksAPromise])));

    /// <summary>Not public, so that the test runner does not run it by itself.</summary>
    private sealed class InSqlite(Func<Func<IPictureStore>, IPictureStore> wrap) : SqlitePictureStoreTests
    {
        private protected override async Task<StoreUnderTest> CreateAsync(FakeTime time) => new Wrapped(await base.CreateAsync(time), wrap);
    }

    private sealed class Wrapped(StoreUnderTest store, Func<Func<IPictureStore>, IPictureStore> wrap) : BrokenStore(store)
    {
        private IPictureStore? _pictures;

        public override IPictureStore Pictures => _pictures ??= wrap(() => Sound.Pictures);
    }

    private abstract class Double(Func<IPictureStore> inner) : IPictureStore
    {
        protected IPictureStore Inner => inner();

        public virtual ValueTask<PictureAddress?> PutAsync(PictureSubject subject, byte[] picture, CancellationToken ct) => Inner.PutAsync(subject, picture, ct);

        public virtual ValueTask<StoredPicture?> FindAsync(PictureId id, CancellationToken ct) => Inner.FindAsync(id, ct);

        public virtual ValueTask<bool> DeleteAsync(PictureSubject subject, CancellationToken ct) => Inner.DeleteAsync(subject, ct);
    }

    private sealed class KeepsAddress(Func<IPictureStore> inner) : Double(inner)
    {
        public override async ValueTask<PictureAddress?> PutAsync(PictureSubject subject, byte[] picture, CancellationToken ct) => await base.PutAsync(subject, picture, ct) is { } address ? address with { Version = 1 } : null;
    }

    private sealed class ShowsFirst(Func<IPictureStore> inner) : Double(inner)
    {
        private readonly HashSet<PictureSubject> _known = [];

        public override async ValueTask<PictureAddress?> PutAsync(PictureSubject subject, byte[] picture, CancellationToken ct) =>
            _known.Add(subject) ? await base.PutAsync(subject, picture, ct) : (await base.PutAsync(subject, [1], ct))!.Value;
    }

    private sealed class TakesNothingAway(Func<IPictureStore> inner) : Double(inner)
    {
        public override ValueTask<bool> DeleteAsync(PictureSubject subject, CancellationToken ct) => new(true);
    }

    private sealed class TakesOfNobody(Func<IPictureStore> inner) : Double(inner)
    {
        public override async ValueTask<PictureAddress?> PutAsync(PictureSubject subject, byte[] picture, CancellationToken ct) => await base.PutAsync(subject, picture, ct) ?? new PictureAddress(PictureId.New(), 1);
    }

    private sealed class KeepsAll(Func<IPictureStore> inner) : Double(inner)
    {
        private readonly Dictionary<PictureId, StoredPicture> _seen = [];

        public override async ValueTask<PictureAddress?> PutAsync(PictureSubject subject, byte[] picture, CancellationToken ct)
        {
            var address = await base.PutAsync(subject, picture, ct);
            if (address is { } put)
                _seen[put.Id] = new StoredPicture(put.Version, picture);
            return address;
        }

        public override ValueTask<StoredPicture?> FindAsync(PictureId id, CancellationToken ct) => new(_seen.GetValueOrDefault(id));
    }
}
