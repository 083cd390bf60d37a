using LiveComments.Accounts;
using LiveComments.Client;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.PostgreSql;

namespace LiveComments.Tests.Cluster;

/// <summary>Polls, questions and the stage on three nodes.</summary>
[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PanelOfManyNodesTests(PostgreSqlServer postgreSql) : IAsyncLifetime
{
    private TestServer[] _nodes = [];
    private Panel _panel = null!;

    public async Task InitializeAsync()
    {
        var store = await postgreSql.StoreSettingsAsync();
        _nodes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => TestServer.StartAsync(null, [.. store, "--LiveComments:Cluster:Port=0"]))));
        _panel = await Panel.BeginAsync([.. _nodes.Select(node => node.BaseAddress)], _nodes[0].Token(Role.Administrator), [.. Enumerable.Range(0, 3).Select(_ => _nodes[0].Token())]);
    }

    public async Task DisposeAsync()
    {
        await _panel.DisposeAsync();
        foreach (var node in _nodes)
            await node.DisposeAsync();
    }

    [Fact]
    public async Task A_poll_that_is_opened_voted_in_and_closed_on_different_nodes_is_seen_on_all_with_each_vote_counted_once()
    {
        var live = _panel.Live;
        var viewers = await EverywhereAsync("no poll; on stage: nothing");
        var poll = (await _panel.Moderator(at: 0).OpenPollAsync(live, "Who wins?", ["Red", "Blue"])).Id;
        await ShowAsync(viewers, "Who wins? open 0:0; on stage: nothing");
        var left = viewers[1].Position;

        await _panel.Person(0, at: 1).VoteAsync(live, poll, 0);
        await _panel.Person(0, at: 2).VoteAsync(live, poll, 1);
        await _panel.Person(1, at: 2).VoteAsync(live, poll, 1);
        await _panel.Person(1, at: 0).VoteAsync(live, poll, 1);
        Assert.Equal([1, 2], (await _panel.Person(2, at: 0).VoteAsync(live, poll, 0)).Counts!);
        await ShowAsync(viewers, "Who wins? open 1:2; on stage: nothing");
        await ComeAsync("Who wins? open 1:2; on stage: nothing", left);

        Assert.Equal([1, 2], (await _panel.Moderator(at: 2).ClosePollAsync(live, poll)).Counts!);
        Assert.Equal(Error.PollClosed.Code, (await Assert.ThrowsAsync<LiveCommentsException>(() => _panel.Person(2, at: 1).VoteAsync(live, poll, 1))).Code);
        await ShowAsync(viewers, "Who wins? closed 1:2; on stage: nothing");
        await ComeAsync("Who wins? closed 1:2; on stage: nothing", left);
    }

    [Fact]
    public async Task A_question_that_is_asked_liked_staged_and_answered_on_different_nodes_is_so_on_all()
    {
        var live = _panel.Live;
        var viewers = await EverywhereAsync("no poll; on stage: nothing");
        var first = await _panel.Person(0, at: 1).PostAsync(live, "First");
        await _panel.Moderator(at: 0).PutOnStageAsync(live, first.Id);
        await ShowAsync(viewers, "no poll; on stage: First, 0 likes");
        var left = viewers[1].Position;

        var question = await _panel.Person(0, at: 0).PostAsync(live, "Why?", new PostOptions { IsQuestion = true });
        await _panel.Person(1, at: 1).ReactAsync(live, question.Id, Reaction.Like);
        await _panel.Person(1, at: 2).ReactAsync(live, question.Id, Reaction.Like);
        await _panel.Person(2, at: 2).ReactAsync(live, question.Id, Reaction.Like);
        await _panel.Moderator(at: 1).PutOnStageAsync(live, question.Id);
        await ShowAsync(viewers, "no poll; on stage: Why? open, 2 likes", "Why? open");
        await ComeAsync("no poll; on stage: Why? open, 2 likes", left);

        // On stage it is marked: whoever comes later is told of it as it is now.
        await _panel.Moderator(at: 2).MarkQuestionAsync(live, question.Id);
        await _panel.Moderator(at: 0).MarkQuestionAsync(live, question.Id, isAnswered: false);
        await _panel.Moderator(at: 1).MarkQuestionAsync(live, question.Id);
        await ShowAsync(viewers, "no poll; on stage: Why? answered, 2 likes", "Why? answered");
        await ComeAsync("no poll; on stage: Why? answered, 2 likes", left);
        for (var node = 0; node < _nodes.Length; node++)
        {
            var (at, listed) = (node, Array.Empty<string>());
            await Http.EventuallyAsync(async () => (listed = [.. (await _panel.Person(0, at).ReadQuestionsAsync(live, "answered")).Comments.Select(comment => $"{comment.Text} {comment.Reactions["likes"]}")]).Length == 1, "it is listed");
            Assert.Equal(["Why? 2"], listed);
            Assert.Equal(("Why?", "answered"), ((await _panel.Person(0, at).GetEventAsync(live)).Stage?.Text, (await _panel.Person(0, at).GetEventAsync(live)).Stage?.Question));
        }

        await _panel.Moderator(at: 2).DeleteAsync(live, question.Id);
        await ComeAsync("no poll; on stage: nothing", left);
    }

    /// <summary>Somebody on each node, who sees this.</summary>
    private async Task<Onlooker[]> EverywhereAsync(string shows)
    {
        Onlooker[] viewers = [.. Enumerable.Range(0, _nodes.Length).Select(node => _panel.Watch(node))];
        await ShowAsync(viewers, shows);
        return viewers;
    }

    private static async Task ShowAsync(IEnumerable<Onlooker> viewers, string shows, string? questions = null)
    {
        foreach (var viewer in viewers)
            await viewer.UntilAsync(shows, questions);
    }

    /// <summary>Whoever comes, or comes back, to any of the nodes sees this.</summary>
    private async Task ComeAsync(string shows, LogPosition left)
    {
        for (var node = 0; node < _nodes.Length; node++)
            await _panel.ComeAsync(node, left, shows);
    }
}
