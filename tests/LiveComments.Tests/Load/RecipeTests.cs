using LiveComments.Load.Measure;
using LiveComments.Load.Recipes;
using LiveComments.Load.Target;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Load;

/// <summary>The recipes, small, against the real server: what they measure they also check.</summary>
public sealed class RecipeTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private LoadTarget _target = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        var administrator = _server.As(Role.Administrator);
        var id = (await administrator.CallAsync("POST", "/events", """{"title":"Load","eventType":"test","startTime":"2026-01-31T20:00:00Z"}""", System.Net.HttpStatusCode.Created)).Text("eventID");
        await administrator.CallAsync("POST", $"/events/{id}/start");
        _target = LoadTarget.Existing(_server.BaseAddress, [.. Enumerable.Range(0, 20).Select(_ => _server.Token())], id!, pid: 0, users: 20);
    }

    public async Task DisposeAsync()
    {
        await _target.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_chat_is_replayed_over_both_doors_and_watched_whole(bool serverSentEvents)
    {
        var rows = Enumerable.Range(0, 400).Select(i => (i % 7 == 0 ? 0 : i % 20, i == 399 ? "\u0007" : $"Line \"{i}\" with é, 🏆 and \t a tab")).ToList();
        var report = new Replay(new ChatFile(rows, 20), Viewers: 10, HttpConnections: 4, Window: 16, serverSentEvents).Run(_target, _ => { }, CancellationToken.None);
        AssertPassed(report);
        Assert.Contains("posted 400, acked 399, delivered 3990", report.Verdict, StringComparison.Ordinal);
        Assert.Contains("\"refused text-invalid\":1", report.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void Viewers_who_vanish_come_back_to_everything_they_missed()
    {
        var report = new Storm(Viewers: 50, Rate: 100, Away: TimeSpan.FromSeconds(1), ServerSentEvents: false).Run(_target, _ => { }, CancellationToken.None);
        AssertPassed(report);
        Assert.Contains("delivered 25000", report.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reactions_are_counted_as_they_were_acknowledged()
    {
        var report = await new ReactionThroughput(Posters: 5, InFlight: 8, TimeSpan.FromSeconds(1), Comments: 20).RunAsync(_target, _ => { }, CancellationToken.None);
        AssertPassed(report);
    }

    private static void AssertPassed(Report report) => Assert.True(report.Passed, report.ToJson());
}
