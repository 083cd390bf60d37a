using LiveComments.Ingest;
using LiveComments.Server.Health;
using LiveComments.Stores;

namespace LiveComments.Tests.Server;

public sealed class WarningsTests
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(5);

    private readonly OutcomesOfEvents _outcomes = new(new FakeTime());
    private readonly Known _store = new();
    private readonly Known _other = new();
    private readonly Readiness _readiness = new();

    private IReadOnlyList<string> Now => new Warnings(_readiness, _store, [_other], _outcomes).Now();

    [Fact]
    public void A_server_that_is_well_warns_of_nothing()
    {
        Add("placed", 200, Quick);
        Add(Error.Busy.Code, 1, Quick);
        Add(Error.SlowMode.Code, 500, Quick);
        Assert.Empty(Now);
    }

    [Fact]
    public void What_is_wrong_with_the_store_and_the_systems_beside_it_is_told()
    {
        _store.Text = "The disk is full.";
        _other.Text = "Redis does not answer.";
        _readiness.Leave();
        Assert.Equal(["This node stops soon; its viewers are sent to others.", "The disk is full.", "Redis does not answer."], Now);
    }

    [Fact]
    public void Comments_that_the_server_cannot_take_are_told()
    {
        Add("placed", 90, Quick);
        Add(Error.StoreUnavailable.Code, 10, Quick);
        Assert.StartsWith("In the last minute 10 % of the comments were refused", Assert.Single(Now), StringComparison.Ordinal);
    }

    [Fact]
    public void Slow_answers_are_told_once_there_are_enough()
    {
        Add("placed", 19, TimeSpan.FromSeconds(2));
        Assert.Empty(Now);
        Add("placed", 1, TimeSpan.FromSeconds(2));
        Assert.StartsWith("In the last minute one comment in a hundred waited", Assert.Single(Now), StringComparison.Ordinal);
    }

    private void Add(string outcome, int count, TimeSpan took)
    {
        for (var i = 0; i < count; i++)
            _outcomes.All.Add(outcome, took);
    }

    private sealed class Known : IStoreHealth, IExternalHealth
    {
        public string? Text { get; set; }

        StoreFault? IStoreHealth.Fault => Text is null ? null : new StoreFault(StoreCondition.Full, Text);

        string? IExternalHealth.Fault => Text;
    }
}
