using LiveComments.Akka.Nodes;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Engine;

public sealed class StandstillTests
{
    private readonly FakeTime _time = new();

    [Fact]
    public void A_process_that_runs_did_not_stand_still()
    {
        using var standstill = new Standstill(_time);
        for (var beat = 0; beat < 100; beat++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.False(standstill.IsJustOver);
            standstill.Beat();
        }
    }

    [Fact]
    public async Task A_process_that_takes_long_to_start_did_not_stand_still()
    {
        using var standstill = new Standstill(_time);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.False(standstill.IsJustOver);
        await standstill.StartAsync(default);
        Assert.False(standstill.IsJustOver);
    }

    [Fact]
    public void After_a_standstill_it_is_told_from_the_first_moment_on_for_three_seconds()
    {
        using var standstill = new Standstill(_time);
        standstill.Beat();
        _time.Advance(TimeSpan.FromSeconds(30));
        // Before anything of this process ran.
        Assert.True(standstill.IsJustOver);
        standstill.Beat();
        Assert.True(standstill.IsJustOver);
        for (var beat = 0; beat < 28; beat++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            standstill.Beat();
            Assert.True(standstill.IsJustOver);
        }
        _time.Advance(TimeSpan.FromMilliseconds(300));
        standstill.Beat();
        Assert.False(standstill.IsJustOver);
    }

    [Fact]
    public async Task It_beats_by_itself_and_ends_with_its_host()
    {
        using var standstill = new Standstill(_time);
        await standstill.StartAsync(default);
        _time.Advance(TimeSpan.FromSeconds(30));
        await Http.EventuallyAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            return Task.FromResult(!standstill.IsJustOver);
        }, "it has beaten, and three seconds have passed");
        await standstill.StopAsync(default);
    }
}
