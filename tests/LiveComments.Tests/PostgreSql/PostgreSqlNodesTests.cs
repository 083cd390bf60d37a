using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.PostgreSql;
using LiveComments.Reactions;
using LiveComments.Tests.Conformance;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.PostgreSql;

/// <summary>Two nodes on one database that both believe to be the only one, as after a split of the cluster.</summary>
[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlNodesTests(PostgreSqlServer server) : StoreSpec
{
    private PostgreSqlDatabase _otherDatabase = null!;

    private protected override async Task<StoreUnderTest> CreateAsync(FakeTime time)
    {
        var store = await PostgreSqlStore.CreateAsync(server, time);
        _otherDatabase = PostgreSqlDatabase.Open(store.Options, NullLogger.Instance);
        return store;
    }

    private IEventLog Other => _other ??= new PostgreSqlEventLog(_otherDatabase, Time);

    private IEventLog? _other;

    [Fact]
    public async Task What_two_nodes_place_in_one_event_is_one_gapless_order_without_loss_or_double()
    {
        var id = await LiveAsync();
        var calls = await Task.WhenAll(new[] { Store.Log, Other }.SelectMany((log, node) => Enumerable.Range(0, 8).Select(async lane =>
        {
            var placed = new List<Comment>();
            for (var i = 0; i < 25; i++)
                placed.AddRange((await log.AppendAsync(id, [.. Enumerable.Range(0, 1 + i % 3).Select(n => Draft($"{node}-{lane}-{i}-{n}", key: $"{node}-{lane}-{i}-{n}"))], default)).Select(Placed));
            return placed;
        })));

        var entries = await WholeAsync(id);
        Assert.Equal(Enumerable.Range(1, entries.Count).Select(seq => (long)seq), entries.Select(entry => entry.Seq));
        var stored = entries.OfType<CommentEntry>().ToDictionary(entry => entry.Comment.Text, entry => entry.Comment.Position);
        Assert.Equal(calls.Sum(placed => placed.Count), stored.Count);
        Assert.All(calls.SelectMany(placed => placed), comment => Assert.Equal(comment.Position, stored[comment.Text]));
        // Whoever waits for each answer finds their own in order.
        Assert.All(calls, placed => Assert.Equal(placed.Select(comment => comment.Position.Seq).Order(), placed.Select(comment => comment.Position.Seq)));
        Assert.Equal(entries.Select(entry => entry.Time).Order(), entries.Select(entry => entry.Time));
    }

    [Fact]
    public async Task Calls_that_are_under_way_together_keep_their_order_beside_another_node()
    {
        var id = await LiveAsync();
        var nodes = await Task.WhenAll(new[] { Store.Log, Other }.Select(async (log, node) =>
        {
            var calls = Enumerable.Range(0, 100).Select(call => log.AppendAsync(id, [.. Enumerable.Range(0, 1 + call % 3).Select(n => Draft($"{node}-{call}-{n}"))], default).AsTask()).ToList();
            return (await Task.WhenAll(calls)).SelectMany(results => results).Select(result => Placed(result).Position.Seq).ToList();
        }));
        Assert.All(nodes, seqs => Assert.Equal(seqs.Order(), seqs));
        Assert.Equal(Enumerable.Range(2, nodes.Sum(seqs => seqs.Count)).Select(seq => (long)seq), nodes.SelectMany(seqs => seqs).Order());
    }

    [Fact]
    public async Task One_key_on_two_nodes_gives_one_comment()
    {
        var id = await LiveAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () => (await (i % 2 == 0 ? Store.Log : Other).AppendAsync(id, [Draft("once", key: "k")], default))[0])));
        var placed = Placed(Assert.Single(results.OfType<AppendResult.Appended>()));
        Assert.All(results.OfType<AppendResult.Repeated>(), repeated => Assert.Equal(new AppendResult.Repeated(placed.Id, placed.Position, placed.Time), repeated));
        Assert.Equal(2, (await WholeAsync(id)).Count);
    }

    [Fact]
    public async Task A_log_that_two_nodes_create_at_once_is_one()
    {
        for (var i = 0; i < 10; i++)
        {
            var id = EventId.New(TimeProvider.System);
            var results = await Task.WhenAll(new[] { Store.Log, Other }.Select(log => Task.Run(async () => (await log.AppendAsync(id, [new StatusDraft(EventStatus.Live)], default))[0])));
            Assert.Single(results.Cast<AppendResult.Appended>().Select(appended => appended.Epoch).Distinct());
            Assert.Equal([1L, 2L], (await WholeAsync(id)).Select(entry => entry.Seq));
        }
    }

    [Fact]
    public async Task Reactions_on_two_nodes_are_counted_exactly()
    {
        var id = await LiveAsync();
        var comments = new[] { await PostAsync(id, "one"), await PostAsync(id, "two") };
        var other = new PostgreSqlReactionStore(_otherDatabase, Time);
        var people = Enumerable.Range(0, 30).Select(_ => UserId.New(TimeProvider.System)).ToList();
        await Task.WhenAll(people.SelectMany(person => new[] { Store.Reactions, other }.Select(store => Task.Run(async () =>
        {
            foreach (var comment in comments)
                await store.ApplyAsync(id, [new ReactionDraft(comment.Id, person, ReactionType.Like)], default);
        }))));
        foreach (var comment in comments)
            Assert.Equal(new ReactionCounts { Likes = 30 }, (await Store.Comments.FindAsync(id, comment.Id, default))!.Reactions.Counts);
    }

    [Fact]
    public async Task A_comment_that_one_node_removes_takes_no_reply_on_the_other()
    {
        var id = await LiveAsync();
        var comment = await PostAsync(id, "x");
        await RemoveAsync(id, comment.Id);
        Assert.Equal(Error.ParentRemoved, Refusal((await Other.AppendAsync(id, [Draft("late", replyTo: comment.Id)], default))[0]));
    }

    public override async Task DisposeAsync()
    {
        await _otherDatabase.DisposeAsync();
        await base.DisposeAsync();
    }
}
