using LiveComments.Client;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.PostgreSql;

namespace LiveComments.Tests.Cluster;

/// <summary>The node that places an event is killed while its poll is open and a question is on stage.</summary>
[Collection(ClusterCollection.Name), RequiresPostgreSql]
public sealed class PanelCrashTests(PostgreSqlServer postgreSql)
{
    [Fact]
    public async Task A_poll_a_question_and_the_stage_go_on_without_the_node_that_placed_them_and_each_vote_counts_once()
    {
        await using var cluster = new ChildCluster(3, await postgreSql.StoreSettingsAsync());
        await cluster.StartAsync();
        var moderator = (await cluster.TokensAsync("administrator", 1))[0];
        await using var panel = await Panel.BeginAsync([.. cluster.Nodes.Select(node => node.Url)], moderator, await cluster.TokensAsync("viewer", 3));
        var live = panel.Live;
        var viewers = cluster.Nodes.Select((_, node) => panel.Watch(node)).ToList();
        foreach (var viewer in viewers)
            await viewer.UntilAsync("no poll; on stage: nothing");
        var killed = await cluster.OwnerAsync();
        var owner = cluster.Nodes.ToList().IndexOf(killed);
        var (one, other) = ((owner + 1) % 3, (owner + 2) % 3);

        var poll = (await panel.Moderator(owner).OpenPollAsync(live, "Who wins?", ["Red", "Blue"])).Id;
        await panel.Person(0, one).VoteAsync(live, poll, 1);
        await panel.Person(1, other).VoteAsync(live, poll, 1);
        await panel.Person(2, owner).VoteAsync(live, poll, 0);
        var why = await panel.Person(0, one).PostAsync(live, "Why?", new PostOptions { IsQuestion = true });
        await panel.Person(1, other).ReactAsync(live, why.Id, Reaction.Like);
        await panel.Moderator(owner).PutOnStageAsync(live, why.Id);
        await panel.Moderator(one).MarkQuestionAsync(live, why.Id);
        foreach (var viewer in viewers)
            await viewer.UntilAsync("Who wins? open 1:2; on stage: Why? answered, 1 likes", "Why? answered");
        var left = viewers[owner].Position;
        await viewers[owner].DisposeAsync();

        const string end = "Who wins? closed 3:0; on stage: How? answered, 2 likes";
        await cluster.WithoutAsync(killed, async () =>
        {
            await killed.KillAsync();
            await panel.ComeAsync(one, left, "Who wins? open 1:2; on stage: Why? answered, 1 likes");
            await panel.Person(0, one).VoteAsync(live, poll, 0);
            // Counts are told to the nodes that have said to the new owner that they watch.
            using var operating = cluster.Client(moderator);
            await Http.EventuallyAsync(async () => (await operating.PrepareAsync("GET", $"/cluster/events/{live}")).GetProperty("relays").GetArrayLength() == 2, "both nodes are told what is new");
            Assert.Equal([3, 0], (await panel.Person(1, other).VoteAsync(live, poll, 0)).Counts!);
            var how = await panel.Person(2, one).PostAsync(live, "How?", new PostOptions { IsQuestion = true });
            await panel.Person(0, other).ReactAsync(live, how.Id, Reaction.Like);
            await panel.Person(1, one).ReactAsync(live, how.Id, Reaction.Like);
            await panel.Moderator(other).PutOnStageAsync(live, how.Id);
            foreach (var viewer in (Onlooker[])[viewers[one], viewers[other]])
                await viewer.UntilAsync("Who wins? open 3:0; on stage: How? open, 2 likes", "Why? answered, How? open");

            await panel.Moderator(one).MarkQuestionAsync(live, how.Id);
            await panel.Moderator(other).MarkQuestionAsync(live, why.Id, isAnswered: false);
            Assert.Equal([3, 0], (await panel.Moderator(one).ClosePollAsync(live, poll)).Counts!);
            foreach (var viewer in (Onlooker[])[viewers[one], viewers[other]])
                await viewer.UntilAsync(end, "Why? open, How? answered");
            await panel.ComeAsync(one, left, end);
            await panel.ComeAsync(other, left, end);
            await killed.StartAsync();
        });
        await panel.ComeAsync(owner, left, end);
    }
}
