using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Ingest;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.Server.Challenges;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.PostgreSql;

/// <summary>What keeps abuse away on two servers that share nothing but a database.</summary>
[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlAbuseTests(PostgreSqlServer postgreSql) : IAsyncLifetime
{
    private string _connection = "";
    private TestServer _one = null!, _other = null!;

    public async Task InitializeAsync()
    {
        string[] settings = [.. PostgreSqlServer.StoreSettings(_connection = await postgreSql.CreateDatabaseAsync()), "--LiveComments:Proxy:Trusted:0=127.0.0.1", "--LiveComments:Limits:Enabled=true", "--LiveComments:Challenge:Difficulty=8"];
        (_one, _other) = (await TestServer.StartAsync(null, settings), await TestServer.StartAsync(null, settings));
    }

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
        await postgreSql.DropDatabaseAsync(_connection);
    }

    [Fact]
    public async Task An_answer_to_a_challenge_is_taken_by_one_of_all_servers_whoever_asked_it()
    {
        var live = await _one.GoLiveAsync();
        var ann = new UserId(Guid.NewGuid());
        foreach (var server in (TestServer[])[_one, _other])
            for (var i = 0; i < Conduct.ChallengeFrom + 5; i++)
                server.Services.GetRequiredService<Escalation>().Strike(ann, null);
        using var there = _other.As(Role.Viewer, ann);
        using var asked = await there.SendCommentAsync(live, "hello");
        Assert.Equal(HttpStatusCode.Forbidden, asked.StatusCode);
        var challenge = JsonDocument.Parse(await asked.Content.ReadAsStringAsync()).RootElement.GetProperty("challenge");
        var answer = ProofOfWorkTests.Solve(challenge.Text("token")!, 8);
        using var here = _one.As(Role.Viewer, ann);
        Assert.Equal(HttpStatusCode.Created, await SendAsync(here));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(there));

        async Task<HttpStatusCode> SendAsync(HttpClient client)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/live/{live}/comments") { Content = JsonContent.Create(new { commentText = "with an answer" }) };
            request.Headers.Add("X-Challenge-Answer", answer);
            using var answered = await client.SendAsync(request);
            return answered.StatusCode;
        }
    }

    [Fact]
    public async Task A_block_and_the_network_of_a_ban_hold_on_every_server()
    {
        var live = await _one.GoLiveAsync();
        var (administrator, ann) = (_one.As(Role.Administrator), new UserId(Guid.NewGuid()));
        await using var socket = await StreamClient.WebSocketAsync(_other, live, address: "198.51.100.7");
        await socket.NextAsync("hello");
        var block = (await administrator.CallAsync("POST", "/admin/network-blocks", """{"network":"198.51.100.0/24"}""", HttpStatusCode.Created)).GetProperty("block");
        await socket.EndedAsync();
        Assert.Equal(4403, (int)socket.CloseStatus!);
        using var blocked = _other.From("198.51.100.7", ann);
        await blocked.RefusedAsync(Error.NetworkBlocked, "GET", "/");
        using (await administrator.SendAsync("DELETE", $"/admin/network-blocks/{block.Text("blockID")}"))
        {
        }
        await Http.EventuallyAsync(async () => (await blocked.GetAsync("/")).IsSuccessStatusCode, "the block has ended there too");

        // She wrote on the other server, and is banned on this one.
        await blocked.CommentAsync(live, "something rude");
        await administrator.CallAsync("POST", $"/live/{live}/moderation/decisions", $$"""{"action":"ban","userIDs":["{{ann}}"]}""");
        await Http.EventuallyAsync(async () =>
        {
            using var newcomer = _one.From("198.51.100.7", new UserId(Guid.NewGuid()));
            return (await newcomer.SendCommentAsync(live, "I am new")).StatusCode == HttpStatusCode.Accepted;
        }, "a newcomer of her network is held on this server");
    }
}
