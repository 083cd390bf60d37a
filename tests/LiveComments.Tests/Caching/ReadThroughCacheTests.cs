using LiveComments.Caching;

namespace LiveComments.Tests.Caching;

public sealed class ReadThroughCacheTests
{
    private const int Capacity = 100;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Usable = TimeSpan.FromSeconds(5);

    private readonly FakeTime _time = new();
    private readonly ReadThroughCache<int, string> _cache;
    private int _asked;
    private Func<int, Task<string?>> _store = key => Task.FromResult<string?>($"value {key}");

    // Where a test says nothing about it, something has always changed.
    private int _versions;
    private Func<int, Task<long>> _version = asked => Task.FromResult((long)asked);

    public ReadThroughCacheTests() => _cache = new(Capacity, Fresh, Usable, new VersionWatch(async _ => await _version(Interlocked.Increment(ref _versions)), _time), async (key, _) =>
    {
        Interlocked.Increment(ref _asked);
        return await _store(key);
    }, _time);

    [Fact]
    public async Task While_an_answer_is_fresh_the_store_is_asked_once()
    {
        for (var i = 0; i < 10; i++)
            Assert.Equal("value 1", await GetAsync(1));
        _time.Advance(Fresh - TimeSpan.FromTicks(1));
        Assert.True(_cache.GetAsync(1, default).IsCompletedSuccessfully);
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task An_answer_that_is_not_fresh_is_asked_for_again()
    {
        await GetAsync(1);
        _store = _ => Task.FromResult<string?>("changed");
        _time.Advance(Fresh);
        Assert.Equal("changed", await GetAsync(1));
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task That_there_is_none_is_remembered_like_any_answer()
    {
        _store = _ => Task.FromResult<string?>(null);
        Assert.Null(await GetAsync(1));
        Assert.Null(await GetAsync(1));
        Assert.Equal(1, _asked);
        _store = _ => Task.FromResult<string?>("there now");
        _time.Advance(Fresh);
        Assert.Equal("there now", await GetAsync(1));
    }

    [Fact]
    public async Task Any_number_of_callers_ask_the_store_one_question()
    {
        var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _store = _ => answer.Task;
        var callers = Enumerable.Range(0, 50).Select(_ => GetAsync(1)).ToList();
        Assert.Equal(1, _asked);
        Assert.All(callers, caller => Assert.False(caller.IsCompleted));
        answer.SetResult("one");
        Assert.All(await Task.WhenAll(callers), value => Assert.Equal("one", value));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task While_one_caller_asks_again_the_others_go_on_with_what_is_usable()
    {
        await GetAsync(1);
        var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _store = _ => answer.Task;
        _time.Advance(Fresh);
        var asks = GetAsync(1);
        Assert.False(asks.IsCompleted);
        var other = _cache.GetAsync(1, default);
        Assert.True(other.IsCompletedSuccessfully);
        Assert.Equal("value 1", await other);

        _time.Advance(Usable - Fresh);
        var late = GetAsync(1);
        Assert.False(late.IsCompleted);
        answer.SetResult("new");
        Assert.Equal("new", await asks);
        Assert.Equal("new", await late);
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task A_store_that_fails_is_noticed_when_nothing_usable_is_left()
    {
        await GetAsync(1);
        _store = _ => Task.FromException<string?>(new StoreUnavailableException("It does not answer."));
        _time.Advance(Usable - TimeSpan.FromTicks(1));
        Assert.Equal("value 1", await GetAsync(1));
        _time.Advance(TimeSpan.FromTicks(1));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => GetAsync(1));
        _store = _ => Task.FromResult<string?>("back");
        Assert.Equal("back", await GetAsync(1));
    }

    [Fact]
    public async Task While_nothing_changes_one_question_takes_the_place_of_one_for_each_answer()
    {
        _version = _ => Task.FromResult(7L);
        await GetAllAsync();
        // Nothing is known of what changed before the number was first asked for.
        _time.Advance(Fresh);
        await GetAllAsync();
        Assert.Equal(2 * 50, _asked);
        for (var i = 0; i < 30; i++)
        {
            _time.Advance(Fresh);
            await GetAllAsync();
        }
        Assert.Equal(2 * 50, _asked);
        Assert.Equal(31, _versions);

        _version = _ => Task.FromResult(8L);
        _store = _ => Task.FromResult<string?>("changed");
        Assert.Equal("value 1", await GetAsync(1));
        _time.Advance(Fresh);
        for (var key = 0; key < 50; key++)
            Assert.Equal("changed", await GetAsync(key));

        async Task GetAllAsync()
        {
            for (var key = 0; key < 50; key++)
                Assert.Equal($"value {key}", await GetAsync(key));
        }
    }

    [Fact]
    public async Task What_changed_while_the_number_was_asked_for_is_asked_for_again()
    {
        var number = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        await GetAsync(1);
        _time.Advance(Fresh);
        _version = _ => number.Task;
        var asks = GetAsync(1);
        // Read before the number was, although after the question for it: it may be older than the number says.
        var read = GetAsync(2);
        Assert.Equal("value 2", await read);
        _time.Advance(Fresh / 2);
        number.SetResult(7);
        await asks;
        _version = _ => Task.FromResult(7L);
        _store = _ => Task.FromResult<string?>("changed");
        _time.Advance(Fresh);
        Assert.Equal("changed", await GetAsync(2));
    }

    [Fact]
    public async Task While_the_number_is_asked_for_the_others_go_on_with_what_is_usable()
    {
        _version = _ => Task.FromResult(7L);
        await GetAsync(1);
        await GetAsync(2);
        var number = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        _version = _ => number.Task;
        _time.Advance(Fresh);
        var asks = GetAsync(1);
        Assert.False(asks.IsCompleted);
        Assert.True(_cache.GetAsync(2, default).IsCompletedSuccessfully);
        _time.Advance(Usable - Fresh);
        var late = GetAsync(2);
        Assert.False(late.IsCompleted);
        number.SetException(new StoreUnavailableException("It does not answer."));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => asks);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => late);
        // Whoever comes next asks again.
        _version = _ => Task.FromResult(7L);
        Assert.Equal("value 1", await GetAsync(1));
    }

    [Fact]
    public async Task What_was_forgotten_is_asked_for_anew_even_while_it_is_being_asked_for()
    {
        var old = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _store = _ => old.Task;
        var before = GetAsync(1);
        _cache.Forget(1);
        _store = _ => Task.FromResult<string?>("new");
        Assert.Equal("new", await GetAsync(1));
        old.SetResult("old");
        Assert.Equal("old", await before);
        Assert.Equal("new", await GetAsync(1));
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task A_caller_who_gives_up_leaves_the_question_to_the_others()
    {
        var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _store = _ => answer.Task;
        using var gone = new CancellationTokenSource();
        var impatient = _cache.GetAsync(1, gone.Token).AsTask();
        var patient = GetAsync(1);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        answer.SetResult("answer");
        Assert.Equal("answer", await patient);
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task Asking_for_what_is_not_there_pushes_out_nothing_that_is_in_use()
    {
        for (var key = 0; key < Capacity / 2; key++)
            await GetAsync(key);
        _store = _ => Task.FromResult<string?>(null);
        for (var key = 1_000; key < 1_000 + 50 * Capacity; key++)
        {
            await GetAsync(key);
            Assert.InRange(_cache.Count, 0, Capacity + 1);
        }
        var asked = _asked;
        for (var key = 0; key < Capacity / 2; key++)
            Assert.Equal($"value {key}", await GetAsync(key));
        Assert.Equal(asked, _asked);
    }

    [Fact]
    public async Task While_the_store_is_down_nothing_is_remembered_of_what_is_asked()
    {
        _store = _ => Task.FromException<string?>(new StoreUnavailableException("It does not answer."));
        for (var key = 0; key < 3 * Capacity; key++)
            await Assert.ThrowsAsync<StoreUnavailableException>(() => GetAsync(key));
        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public async Task It_never_holds_more_than_it_may_whatever_is_asked_at_the_same_time()
    {
        await Parallel.ForAsync(0, 20_000, async (key, _) =>
        {
            await GetAsync(key % 3_000);
            if (key % 7 == 0)
                _cache.Forget(key % 3_000);
        });
        // The last sweeps may have run beside each other; the next question puts it right.
        await GetAsync(-1);
        Assert.InRange(_cache.Count, 0, Capacity + 1);
    }

    [Fact]
    public async Task A_hit_allocates_nothing()
    {
        await GetAsync(1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            _ = _cache.GetAsync(1, default);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 999);
    }

    private Task<string?> GetAsync(int key) => _cache.GetAsync(key, default).AsTask();
}
