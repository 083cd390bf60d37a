using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using LiveComments.Cassandra.Cql;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Cassandra;

/// <summary>One connection, to a node that stalls, closes, lies, and answers late or out of order.</summary>
public sealed class ConnectionTests : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    private readonly FakeTime _time = new();
    private readonly FakeNode _node = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Answers_find_their_requests_in_whatever_order_they_come()
    {
        const int count = 500;
        _node.Answer = _ => _node.Requests.Count < count || _node.Requests.Reverse().All(request => request.Reply(FakeRequest.Rows("c", request.Text)));
        await using var connection = await OpenAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, count).Select(async number => Responses.Rows(await AskAsync(connection, $"{number}"))[0].GetString(0)));
        Assert.Equal(Enumerable.Range(0, count).Select(number => $"{number}"), answers);
        Assert.Equal(0, connection.InFlight);
    }

    [Fact]
    public async Task A_stream_is_not_used_again_before_the_late_answer_to_what_timed_out_has_come()
    {
        _node.Answer = request => request.Text != "late" && request.Reply(FakeRequest.Rows("c", request.Text));
        await using var connection = await OpenAsync(streams: 2);
        var late = AskAsync(connection, "late");
        await Arrived(1);
        _time.Advance(Timeout / 2);
        // Without this the connection would be given up as silent.
        await AskAsync(connection, "other");
        _time.Advance(Timeout / 2);
        Assert.Equal(CqlFailure.TimedOut, (await Assert.ThrowsAsync<CqlException>(() => late)).Failure);
        for (var number = 0; number < 10; number++)
            Assert.Equal($"{number}", Responses.Rows(await AskAsync(connection, $"{number}"))[0].GetString(0));
        Assert.Equal(1, connection.InFlight);
        // The other stream is all there is.
        _node.Answer = _ => false;
        var waits = AskAsync(connection, "waits");
        Assert.Equal(CqlFailure.NotSent, (await Assert.ThrowsAsync<CqlException>(() => AskAsync(connection, "too many"))).Failure);

        await Arrived(13);
        _node.Requests.First().Reply(FakeRequest.Rows("c", "late"));
        await Http.EventuallyAsync(() => Task.FromResult(connection.InFlight == 1), "the late answer frees its stream");
        _node.Requests.Last().Reply(FakeRequest.Rows("c", "waits"));
        Assert.Equal("waits", Responses.Rows(await waits)[0].GetString(0));
        Assert.Equal(0, connection.InFlight);
    }

    [Fact]
    public async Task A_cancelled_request_keeps_its_stream_too_and_the_connection_stays()
    {
        await using var connection = await OpenAsync();
        using var cancelled = new CancellationTokenSource();
        var asked = connection.SendAsync(Requests.Query("q", Consistency.One), Timeout, cancelled.Token);
        await Arrived(1);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.Equal(1, connection.InFlight);
        Assert.False(connection.Closed.IsCompleted);
        _node.Requests.First().Reply(FakeRequest.Rows("c"));
        await Http.EventuallyAsync(() => Task.FromResult(connection.InFlight == 0), "the answer frees the stream");
    }

    [Fact]
    public async Task A_node_that_says_nothing_is_given_up_with_everything_that_waits_for_it()
    {
        await using var connection = await OpenAsync();
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var first = AskAsync(connection, "first");
        await Arrived(1);
        _time.Advance(Timeout / 2);
        var second = AskAsync(connection, "second");
        await Arrived(2);
        _time.Advance(Timeout / 2);
        Assert.Equal(CqlFailure.TimedOut, (await Assert.ThrowsAsync<CqlException>(() => first)).Failure);
        var lost = await Assert.ThrowsAsync<CqlException>(() => second);
        Assert.Equal((CqlFailure.Closed, true), (lost.Failure, lost.MayHaveHappened));
        Assert.True(connection.Closed.IsCompleted);
        var refused = await Assert.ThrowsAsync<CqlException>(() => AskAsync(connection, "third"));
        Assert.Equal((CqlFailure.NotSent, false), (refused.Failure, refused.MayHaveHappened));
    }

    [Fact]
    public async Task A_connection_that_is_closed_fails_everything_that_waits_at_once()
    {
        _node.Answer = request => _node.Requests.Count == 3 && request.Close();
        await using var connection = await OpenAsync();
        var asked = Enumerable.Range(0, 3).Select(number => AskAsync(connection, $"{number}")).ToList();
        foreach (var request in asked)
            Assert.Equal(CqlFailure.Closed, (await Assert.ThrowsAsync<CqlException>(() => request)).Failure);
        await connection.Closed;
    }

    [Theory]
    [InlineData("not the protocol", "485454502F312E312034303020426164")]
    [InlineData("too long", "84000000087FFFFFFF")]
    [InlineData("a negative length", "8400000008FFFFFFFF")]
    [InlineData("an answer to nothing", "84000200020000 0000")]
    [InlineData("a negative stream", "84008000020000 0000")]
    [InlineData("a stream beyond the last", "84007FFF020000 0000")]
    public async Task A_node_that_lies_is_hung_up_on(string lie, string bytes)
    {
        _node.Answer = request => request.Send(Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal)));
        await using var connection = await OpenAsync();
        var failure = await Assert.ThrowsAsync<CqlException>(() => AskAsync(connection, lie));
        Assert.Equal(CqlFailure.Closed, failure.Failure);
        Assert.Equal(CqlFailure.Malformed, Assert.IsType<CqlException>(failure.InnerException).Failure);
        await connection.Closed;
    }

    [Fact]
    public async Task A_node_that_takes_the_connection_and_says_nothing_is_no_node()
    {
        var asked = new TaskCompletionSource();
        _node.AnswerStartup = _ => asked.TrySetResult();
        var opening = OpenAsync();
        // Before that it is the connecting that would take too long.
        await asked.Task;
        await Http.EventuallyAsync(() =>
        {
            _time.Advance(Timeout);
            return Task.FromResult(opening.IsCompleted);
        }, "opening ends");
        Assert.Equal(CqlFailure.TimedOut, (await Assert.ThrowsAsync<CqlException>(() => opening)).Failure);
    }

    [Fact]
    public async Task Nobody_at_the_address_is_said_so()
    {
        await _node.DisposeAsync();
        var failure = await Assert.ThrowsAsync<CqlException>(() => OpenAsync());
        Assert.Equal(CqlFailure.NotSent, failure.Failure);
        Assert.Contains(_node.EndPoint.ToString(), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_and_a_password_are_told_where_they_are_asked_for_and_what_is_wrong_with_them_is_heard()
    {
        _node.AnswerStartup = request => request.Opcode == Opcode.Startup
            ? request.Reply(FakeRequest.Write(Opcode.Authenticate).Text("org.apache.cassandra.auth.PasswordAuthenticator"))
            : request.Reply(Encoding.UTF8.GetString(request.Body.AsSpan(4)) == "\0ann\0geheim€" ? FakeRequest.Write(Opcode.AuthSuccess).Bytes(null) : FakeRequest.Failure(CqlFailure.BadCredentials, "Wrong password"));
        await using (await OpenAsync(Settings() with { Username = "ann", Password = "geheim€" }))
        {
        }
        var wrong = await Assert.ThrowsAsync<CqlException>(() => OpenAsync(Settings() with { Username = "ann", Password = "guess" }));
        Assert.Equal((CqlFailure.BadCredentials, "Cassandra: Wrong password"), (wrong.Failure, wrong.Message));
        Assert.Equal(CqlFailure.BadCredentials, (await Assert.ThrowsAsync<CqlException>(() => OpenAsync())).Failure);
    }

    [Fact]
    public async Task An_encrypted_connection_is_made_only_with_a_node_whose_certificate_is_trusted_and_has_its_name()
    {
        using var trusted = Certificate("cassandra.test");
        using var other = Certificate("cassandra.test");
        await using var node = new FakeNode(certificate: trusted);
        node.Answer = request => request.Reply(FakeRequest.Rows("c", "secret"));
        await using (var connection = await Connection.OpenAsync(node.EndPoint, Settings() with { Tls = Trust(trusted, "cassandra.test") }, null, default))
            Assert.Equal("secret", Responses.Rows(await AskAsync(connection, "q"))[0].GetString(0));
        foreach (var settings in (SslClientAuthenticationOptions[])[Trust(other, "cassandra.test"), Trust(trusted, "elsewhere.test"), Trust(trusted, null)])
            Assert.Equal(CqlFailure.NotSent, (await Assert.ThrowsAsync<CqlException>(() => Connection.OpenAsync(node.EndPoint, Settings() with { Tls = settings }, null, default))).Failure);

        static SslClientAuthenticationOptions Trust(X509Certificate2 authority, string? name)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.Add(authority);
            return new SslClientAuthenticationOptions { TargetHost = name, CertificateChainPolicy = policy };
        }
    }

    [Fact]
    public async Task News_of_the_nodes_answers_no_request()
    {
        var news = 0;
        _node.Answer = request =>
        {
            request.Reply(FakeRequest.Write(Opcode.Event).Text("STATUS_CHANGE").Text("DOWN"), -1);
            return request.Reply(FakeRequest.Rows("c", request.Text));
        };
        await using var connection = await Connection.OpenAsync(_node.EndPoint, Settings(), () => news++, default);
        Assert.Equal("q", Responses.Rows(await AskAsync(connection, "q"))[0].GetString(0));
        Assert.Equal(1, news);
    }

    private static Task<Frame> AskAsync(Connection connection, string cql) => connection.SendAsync(Requests.Query(cql, Consistency.One), Timeout, default);

    private static X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private ConnectionSettings Settings() => new("", "", null, Timeout, _time);

    private Task<Connection> OpenAsync(int streams = 1_024) => OpenAsync(Settings() with { Streams = streams });

    private Task<Connection> OpenAsync(ConnectionSettings settings) => Connection.OpenAsync(_node.EndPoint, settings, null, default);

    private Task Arrived(int count) => Http.EventuallyAsync(() => Task.FromResult(_node.Requests.Count >= count), $"{count} requests have come");
}
