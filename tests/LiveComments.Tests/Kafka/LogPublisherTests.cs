using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Kafka;

/// <summary>What other systems are told.</summary>
[Collection(KafkaCollection.Name), RequiresKafka]
public sealed class LogPublisherTests(KafkaBroker broker) : IAsyncLifetime
{
    private string _topic = "";
    private TestServer? _server;

    private TestServer Server => _server!;

    public async Task InitializeAsync() => _topic = await broker.CreateTopicAsync(3);

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [Fact]
    public async Task Everything_that_happens_in_an_event_is_published_in_its_order_with_the_latest_counts()
    {
        await StartAsync();
        var (live, other) = (await Server.GoLiveAsync(), await Server.GoLiveAsync());
        using var moderator = Server.As(Role.Moderator);
        using var viewer = Server.As(Role.Viewer);
        await viewer.CommentAsync(other, "elsewhere");
        var (first, second) = ((await moderator.CommentAsync(live, "first")).Text("commentID")!, (await moderator.CommentAsync(live, "second 🏆")).Text("commentID")!);
        await moderator.CallAsync("PUT", $"/live/{live}/moderation/pinned", $$"""{"commentID":"{{second}}"}""");
        await PublishedAsync(live, 5);
        await viewer.CallAsync("POST", $"/live/{live}/comments/{second}/reactions", """{"reactionType":"love"}""");
        await moderator.CallAsync("POST", $"/live/{live}/comments/{second}/reactions", """{"reactionType":"wow"}""");
        await viewer.CallAsync("POST", $"/live/{live}/comments/{second}/reactions", """{"reactionType":"like"}""");
        await moderator.CallAsync("DELETE", $"/live/{live}/comments/{first}");
        using var administrator = Server.As(Role.Administrator);
        await administrator.CallAsync("PATCH", $"/events/{live}", """{"settings":{"slowModeSeconds":5}}""");
        await administrator.CallAsync("POST", $"/events/{live}/end");

        var published = await PublishedAsync(live, 8);
        Assert.Equal(["comment", "comment", "pinned", "removed", "settings", "status"], published.Types.Skip(2));
        Assert.Equal(["first", "second 🏆"], published.Texts);
        Assert.Equal(first, published.Entries[5].Text("commentID"));
        Assert.Equal("ended", published.Entries[7].Text("status"));
        await Http.EventuallyAsync(() => Task.FromResult(new PublishedLog(broker.Read(_topic), live).Counts(second) == """{"likes":1,"wows":1}"""), "the counts are published");
        Assert.Equal(["elsewhere"], (await PublishedAsync(other, 3)).Texts);
    }

    [Fact]
    public async Task A_server_that_starts_again_goes_on_where_it_stopped()
    {
        await StartAsync();
        var live = await Server.GoLiveAsync();
        await PublishedAsync(live, 2);
        var before = broker.Read(_topic).Count;
        await Server.RestartAsync();
        using var viewer = Server.As(Role.Viewer);
        await viewer.CommentAsync(live, "after");
        Assert.Equal(["after"], (await PublishedAsync(live, 3)).Texts);
        Assert.Equal(before + 1, broker.Read(_topic).Count);
    }

    [Fact]
    public async Task An_event_that_is_deleted_or_begins_anew_is_told_so()
    {
        await StartAsync();
        var (deleted, expired) = (await Server.GoLiveAsync(), await Server.GoLiveAsync());
        using var administrator = Server.As(Role.Administrator);
        await administrator.CallAsync("POST", $"/events/{expired}/end");
        await PublishedAsync(deleted, 2);
        await PublishedAsync(expired, 3);
        using var answer = await administrator.SendAsync("DELETE", $"/events/{deleted}");
        Assert.True(answer.IsSuccessStatusCode);
        Assert.True(await Server.Services.GetRequiredService<IRetention>().ExpireAsync(new EventId(Guid.Parse(expired)), DateTimeOffset.UtcNow.AddDays(1), default));
        await Http.EventuallyAsync(() => Task.FromResult(new PublishedLog(broker.Read(_topic), deleted).IsDeleted && new PublishedLog(broker.Read(_topic), expired).Resets == 1), "both are told");
    }

    [Fact]
    public async Task Whose_account_was_erased_is_told_once_and_a_removal_for_each_of_their_comments_and_a_restored_one_is_told()
    {
        await StartAsync();
        var live = await Server.GoLiveAsync();
        var ann = await Server.RegisterAsync("ann");
        using var own = Server.Client(ann.Text("token"));
        var comment = (await own.CommentAsync(live, "mine")).Text("commentID")!;
        await PublishedAsync(live, 3);
        using var moderator = Server.As(Role.Moderator);
        foreach (var action in (string[])["delete", "restore"])
            await moderator.CallAsync("POST", $"/live/{live}/moderation/decisions", $$"""{"action":"{{action}}","commentIDs":["{{comment}}"]}""");
        await PublishedAsync(live, 5);
        await own.CallAsync("DELETE", "/me", $$"""{"password":"{{AccountClient.Password}}"}""", System.Net.HttpStatusCode.Accepted);
        Assert.Equal(["comment", "removed", "restored", "removed"], (await PublishedAsync(live, 6)).Types.Skip(2));
        await Http.EventuallyAsync(() => Task.FromResult(Erased().Length > 0), "it is told");
        await Server.RestartAsync();
        using var viewer = Server.As(Role.Viewer);
        await viewer.CommentAsync(live, "after");
        await PublishedAsync(live, 7);
        Assert.Contains(ann.Text("userID")!, Assert.Single(Erased()), StringComparison.Ordinal);

        string[] Erased() => [.. broker.Read(_topic).Where(record => record.Message.Key == ann.Text("userID")).Select(record => record.Message.Value)];
    }

    [Fact]
    public async Task What_happens_while_the_brokers_are_away_is_published_when_they_are_back()
    {
        await StartAsync();
        var live = await Server.GoLiveAsync();
        await PublishedAsync(live, 2);
        await broker.KillAsync();
        using var viewer = Server.As(Role.Viewer);
        for (var i = 0; i < 20; i++)
            await viewer.CommentAsync(live, $"{i}");
        await broker.StartAsync();
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), (await PublishedAsync(live, 22)).Texts);
    }

    private async Task StartAsync() => _server = await TestServer.StartAsync(null, $"--LiveComments:Kafka:Servers={broker.Servers}", $"--LiveComments:Kafka:Out={_topic}");

    /// <summary>What was published of an event, once it has so many entries.</summary>
    private async Task<PublishedLog> PublishedAsync(string live, int entries)
    {
        PublishedLog published = null!;
        await Http.EventuallyAsync(() => Task.FromResult((published = new PublishedLog(broker.Read(_topic), live)).Entries.Count >= entries), $"{entries} entries are published");
        Assert.Equal(entries, published.Entries.Count);
        return published;
    }
}
