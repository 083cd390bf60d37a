using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.PostgreSql;

namespace LiveComments.Tests.Cluster;

/// <summary>Two nodes that serve the same events.</summary>
[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class ClusterTests(PostgreSqlServer postgreSql) : IAsyncLifetime
{
    private string[] _store = [];
    private TestServer _one = null!, _other = null!;

    public async Task InitializeAsync()
    {
        _store = [.. await postgreSql.StoreSettingsAsync(), "--LiveComments:Passwords:Iterations=10000"];
        // At once: they find each other in the database.
        var nodes = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => TestServer.StartAsync(null, [.. _store, "--LiveComments:Cluster:Port=0"]))));
        (_one, _other) = (nodes[0], nodes[1]);
    }

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task What_is_written_on_either_node_is_shown_on_both_in_one_order()
    {
        var live = await _one.GoLiveAsync();
        await using var here = await StreamClient.WebSocketAsync(_one, live, "?after=start");
        await using var there = await StreamClient.EventStreamAsync(_other, live, "?after=start");
        for (var i = 0; i < 5; i++)
            foreach (var (node, name) in ((TestServer, string)[])[(_one, "one"), (_other, "other")])
                await PostAsync(node, live, $"{name} {i}");
        var expected = Enumerable.Range(0, 5).SelectMany(i => new[] { $"one {i}", $"other {i}" });
        Assert.Equal(expected, await TextsAsync(here, 10));
        Assert.Equal(expected, await TextsAsync(there, 10));
    }

    [Fact]
    public async Task Viewers_of_both_nodes_are_counted_together()
    {
        var live = await _one.GoLiveAsync();
        await using var here = await StreamClient.WebSocketAsync(_one, live);
        await using (var there = await StreamClient.WebSocketAsync(_other, live))
            while ((await here.NextAsync("viewers")).GetProperty("count").GetInt32() != 2)
            {
            }
        while ((await here.NextAsync("viewers")).GetProperty("count").GetInt32() != 1)
        {
        }
    }

    [Fact]
    public async Task Somebody_who_is_mentioned_is_told_on_the_node_where_they_watch_another_event()
    {
        var (live, elsewhere) = (await _one.GoLiveAsync(), await _one.GoLiveAsync());
        var bob = await _one.RegisterAsync("bob");
        await using var watching = await StreamClient.WebSocketAsync(_other, elsewhere, token: bob.Text("token"));
        await watching.NextAsync("hello");
        await PostAsync(_one, live, "Look, @bob");
        Assert.Equal("Look, @bob", (await watching.NextAsync("mention")).GetProperty("comment").Text("commentText"));
    }

    [Fact]
    public async Task Moderators_on_one_node_see_who_looks_at_what_on_the_other_and_a_shadowed_comment_reaches_its_author_there()
    {
        var live = await _one.GoLiveAsync();
        var ann = await _one.RegisterAsync("ann");
        using var administrator = _one.As(Role.Administrator);
        await using var moderating = await StreamClient.OfModeratorsAsync(_other, live, _other.Token(Role.Administrator), isSocket: true);
        await moderating.NextAsync("looking");
        var comment = Guid.NewGuid().ToString();
        using (await administrator.SendAsync("PUT", $"/live/{live}/moderation/looking", $$"""{"commentID":"{{comment}}"}"""))
            Assert.Equal(comment, Assert.Single((await moderating.NextAsync("looking")).GetProperty("looking").EnumerateArray()).Text("commentID"));

        await using var watching = await StreamClient.WebSocketAsync(_other, live, token: ann.Text("token"));
        await watching.NextAsync("hello");
        await administrator.CallAsync("POST", $"/live/{live}/moderation/decisions", $$"""{"action":"shadow-ban","userIDs":["{{ann.Text("userID")}}"]}""");
        using (var author = _one.Client(ann.Text("token")))
            await author.CommentAsync(live, "for nobody");
        Assert.Equal("for nobody", (await watching.NextAsync("own")).GetProperty("comment").Text("commentText"));
        Assert.Empty(await _other.Anonymous.CommentsAsync(live));
    }

    [Fact]
    public async Task A_log_out_on_one_node_is_noticed_on_the_other()
    {
        var live = await _one.GoLiveAsync();
        var ann = await _one.RegisterAsync("ann");
        await using var watching = await StreamClient.WebSocketAsync(_other, live, token: ann.Text("token"));
        await watching.NextAsync("hello");
        (await _one.CallAsync(HttpMethod.Post, "/auth/logout", token: ann.Text("token"))).EnsureSuccessStatusCode();
        // Who watches a public event goes on as a stranger.
        Assert.Equal(Error.InvalidToken.Code, (await watching.NextAsync("error")).Text("code"));
    }

    [Fact]
    public async Task What_a_moderator_decides_on_one_node_holds_on_the_other_and_the_person_is_told_there()
    {
        var live = await _one.GoLiveAsync();
        var ann = await _one.RegisterAsync("ann");
        await using var watching = await StreamClient.WebSocketAsync(_other, live, token: ann.Text("token"));
        await watching.NextAsync("hello");
        using var administrator = _one.As(Role.Administrator);
        using var there = _other.Client(ann.Text("token"));
        foreach (var (action, status, notice) in ((string, HttpStatusCode, string)[])[("ban", HttpStatusCode.Forbidden, "banned"), ("lift", HttpStatusCode.Created, "lifted")])
        {
            await administrator.CallAsync("POST", $"/live/{live}/moderation/decisions", $$"""{"action":"{{action}}","userIDs":["{{ann.Text("userID")}}"]}""");
            Assert.Equal(notice, (await watching.NextAsync("notice")).Text("notice"));
            await Http.EventuallyAsync(async () => (await there.SendCommentAsync(live, $"{Guid.NewGuid()}")).StatusCode == status, $"{action} holds on the other node");
        }
        // The word is listed: the comment waits, wherever the event's actor is, and is decided about on either node.
        using var held = await there.SendCommentAsync(live, "tabarnak", "k");
        Assert.Equal(HttpStatusCode.Accepted, held.StatusCode);
        var id = (await held.JsonAsync(HttpStatusCode.Accepted)).Text("commentID")!;
        var approved = await administrator.CallAsync("POST", $"/live/{live}/moderation/decisions", $$"""{"action":"approve","commentIDs":["{{id}}"]}""");
        Assert.Equal("done", approved.GetProperty("decisions")[0].Text("status"));
        Assert.Equal("approved", (await watching.NextAsync("notice")).Text("notice"));
        Assert.Contains(await there.CommentsAsync(live), comment => comment.Text("commentID") == id);
    }

    [Fact]
    public async Task A_node_that_leaves_hands_its_events_over()
    {
        string[] lives = [.. await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _one.GoLiveAsync()))];
        foreach (var live in lives)
            await PostAsync(_one, live, "before");
        await _one.StopAsync();
        foreach (var live in lives)
            await PostAsync(_other, live, "after");
        await _one.StartAgainAsync();
        foreach (var live in lives)
            await PostAsync(_one, live, "again");
    }

    [Fact]
    public async Task Nodes_that_are_named_and_have_one_certificate_join_and_a_stranger_does_not()
    {
        using var folder = new TemporaryFolder();
        string[] ports = [$"{FreePort.Find()}", $"{FreePort.Find()}", $"{FreePort.Find()}"];
        string[] Settings(int node, string certificate, params string[] more) =>
        [
            .. _store, $"--LiveComments:Cluster:Port={ports[node]}", $"--LiveComments:Cluster:Seeds:0=127.0.0.1:{ports[0]}", $"--LiveComments:Cluster:Certificate={certificate}",
            "--LiveComments:Cluster:CertificatePassword=secret", .. more,
        ];
        var (ours, another) = (Certificate(folder.Path, "ours"), Certificate(folder.Path, "another"));
        await using var seed = await TestServer.StartAsync(null, Settings(0, ours));
        await using var edge = await TestServer.StartAsync(null, Settings(1, ours, "--LiveComments:Cluster:Roles:0=edge"));
        var live = await seed.GoLiveAsync();
        await PostAsync(edge, live, "from the edge, which places nothing itself");
        var stranger = TestServer.StartAsync(null, Settings(2, another));
        await Assert.ThrowsAsync<IOException>(() => stranger.WaitAsync(TimeSpan.FromSeconds(60)));
        await PostAsync(edge, live, "all the same");
    }

    private static async Task PostAsync(TestServer node, string live, string text)
    {
        using var author = node.As(Role.Viewer);
        using var answer = await Http.UntilTakenAsync(() => author.PostAsync($"/live/{live}/comments", new StringContent($$"""{"commentText":"{{text}}"}""", System.Text.Encoding.UTF8, "application/json")));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private static async Task<IReadOnlyList<string>> TextsAsync(StreamClient viewer, int count)
    {
        var texts = new List<string>();
        while (texts.Count < count)
            foreach (var entry in (await viewer.NextAsync("batch")).GetProperty("entries").EnumerateArray())
                if (entry.TryGetProperty("comment", out var comment))
                    texts.Add(comment.Text("commentText")!);
        return texts;
    }

    private static string Certificate(string folder, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var path = Path.Combine(folder, $"{name}.pfx");
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pfx, "secret"));
        return path;
    }
}
