using System.Net;
using LiveComments.Server.Auth.Passwords;

namespace LiveComments.Tests.Server.Auth;

public sealed class HashingQueueTests
{
    private readonly FakeTime _time = new();

    [Fact]
    public async Task Who_had_fewer_hashes_lately_comes_first_and_of_equals_who_came_first()
    {
        var turns = new HashingQueue(1, 10, _time);
        await UseAsync(turns, "10.0.0.1", 2);
        await UseAsync(turns, "10.0.0.2", 1);
        Assert.True(await EnterAsync(turns, "10.0.0.9"));
        var order = Order(turns, ("twice", "10.0.0.1"), ("once", "10.0.0.2"), ("never", "10.0.0.3"), ("never, later", "10.0.0.4"), ("once more", "10.0.0.2"));
        Assert.Equal(["never", "never, later", "once", "twice", "once more"], await order);
    }

    [Fact]
    public async Task A_minute_makes_good_for_a_hash()
    {
        var turns = new HashingQueue(1, 10, _time);
        await UseAsync(turns, "10.0.0.1", 1);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await EnterAsync(turns, "10.0.0.9"));
        Assert.Equal(["first", "second"], await Order(turns, ("first", "10.0.0.1"), ("second", "10.0.0.2")));
    }

    [Fact]
    public async Task Of_a_full_line_the_last_makes_room_for_who_comes_before_it_and_for_nobody_else()
    {
        var turns = new HashingQueue(1, 2, _time);
        Assert.True(await EnterAsync(turns, "10.0.0.9"));
        var (first, second, third) = (EnterAsync(turns, "10.0.0.1"), EnterAsync(turns, "10.0.0.1"), EnterAsync(turns, "10.0.0.1"));
        Assert.False(await third);
        var other = EnterAsync(turns, "10.0.0.2");
        Assert.False(await second);
        Assert.False(await EnterAsync(turns, "10.0.0.3"));
        turns.Leave();
        Assert.True(await first);
        turns.Leave();
        Assert.True(await other);
        turns.Leave();
        Assert.True(await EnterAsync(turns, "10.0.0.4"));
    }

    [Fact]
    public async Task Who_had_no_turn_owes_nothing_for_it()
    {
        var turns = new HashingQueue(1, 1, _time);
        Assert.True(await EnterAsync(turns, "10.0.0.9"));
        var waiting = EnterAsync(turns, "10.0.0.1");
        for (var i = 0; i < 5; i++)
            Assert.False(await EnterAsync(turns, "10.0.0.2"));
        turns.Leave();
        Assert.True(await waiting);
        turns.Leave();
        // Were it behind, it would not come before an address that had one hash.
        Assert.True(await EnterAsync(turns, "10.0.0.9"));
        var used = EnterAsync(turns, "10.0.0.1");
        var refused = EnterAsync(turns, "10.0.0.2");
        Assert.False(await used);
        turns.Leave();
        Assert.True(await refused);
    }

    [Fact]
    public async Task People_who_were_here_have_three_turns_of_four_and_strangers_never_take_their_places()
    {
        var turns = new HashingQueue(1, 8, _time);
        Assert.True(await EnterAsync(turns, "10.0.0.9"));
        var served = new List<string>();
        var all = new List<Task>();
        for (var i = 0; i < 8; i++)
            all.Add(NoteAsync(turns, "stranger", new SignInSource(IPAddress.Parse($"10.0.1.{i}"), null), served));
        for (var i = 0; i < 8; i++)
            all.Add(NoteAsync(turns, "known", new SignInSource(IPAddress.Parse("10.0.2.1"), new KnownDevice(new UserId(Guid.NewGuid()), Guid.NewGuid())), served));
        turns.Leave();
        await Task.WhenAll(all);
        Assert.Equal(["known", "known", "known", "stranger", "known", "known", "known", "stranger", "known", "known"], served[..10]);
        Assert.Equal(8, served.Count(who => who == "stranger"));
    }

    [Fact]
    public async Task Nobody_waits_longer_than_a_second_and_no_place_is_lost()
    {
        var turns = new HashingQueue(1, 4, _time);
        Assert.True(await EnterAsync(turns, "10.0.0.9"));
        using var cut = new CancellationTokenSource();
        var (late, gone) = (EnterAsync(turns, "10.0.0.1"), turns.TryEnterAsync(new SignInSource(IPAddress.Parse("10.0.0.2"), null), cut.Token).AsTask());
        await cut.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await late);
        turns.Leave();
        Assert.True(await EnterAsync(turns, "10.0.0.3"));
    }

    private static Task<bool> EnterAsync(HashingQueue turns, string address) => turns.TryEnterAsync(new SignInSource(IPAddress.Parse(address), null), default).AsTask();

    private static async Task UseAsync(HashingQueue turns, string address, int times)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.True(await EnterAsync(turns, address));
            turns.Leave();
        }
    }

    /// <summary>Who comes, in the order in which they are served once the place is free.</summary>
    private static async Task<List<string>> Order(HashingQueue turns, params (string Name, string Address)[] who)
    {
        var served = new List<string>();
        var all = who.Select(one => NoteAsync(turns, one.Name, new SignInSource(IPAddress.Parse(one.Address), null), served)).ToList();
        turns.Leave();
        await Task.WhenAll(all);
        return served;
    }

    private static async Task NoteAsync(HashingQueue turns, string name, SignInSource source, List<string> served)
    {
        Assert.True(await turns.TryEnterAsync(source, default));
        // One at a time: each goes on only after the one before has left.
        served.Add(name);
        turns.Leave();
    }
}
