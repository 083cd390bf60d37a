using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using LiveComments.Accounts;
using LiveComments.Kafka.In;
using LiveComments.Log;
using LiveComments.Tests.EndToEnd;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Kafka;

/// <summary>Comments and reactions that external systems put into topics.</summary>
[Collection(KafkaCollection.Name), RequiresKafka]
public sealed class KafkaDoorTests(KafkaBroker broker) : IAsyncLifetime
{
    private readonly string _group = broker.NewName();
    private string _topic = "", _trusted = "", _dead = "";
    private TestServer? _server;

    private TestServer Server => _server!;

    public async Task InitializeAsync() => (_topic, _trusted, _dead) = (await broker.CreateTopicAsync(), await broker.CreateTopicAsync(), await broker.CreateTopicAsync());

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [Fact]
    public async Task People_of_another_system_write_and_react_through_a_topic()
    {
        var live = await StartAsync();
        await broker.ProduceAsync(_topic, live, """{"version":1,"type":"comment","id":"k1","subject":"ada","name":"Ada","commentText":"Hello","client":{"platform":"app","version":"2"},"unknown":1}""");
        var comment = Assert.Single(await UntilAsync(live, 1));
        Assert.Equal(("Hello", "Ada"), (comment.Text("commentText"), comment.Text("displayName")));
        Assert.Equal(ExternalSubject.ToUserId("chat", "ada").ToString(), comment.Text("userID"));

        await broker.ProduceAsync(_topic, live,
            $$"""{"type":"reaction","subject":"ada","commentID":"{{comment.Text("commentID")}}","reactionType":"love"}""",
            $$"""{"type":"reaction","subject":"bob","commentID":"{{comment.Text("commentID")}}","reactionType":"wow"}""",
            $$"""{"type":"reaction","subject":"bob","commentID":"{{comment.Text("commentID")}}","reactionType":null}""",
            $$"""{"type":"comment","subject":"bob","commentText":"@ada Hi","replyToCommentID":"{{comment.Text("commentID")}}"}""");
        await UntilAsync(live, 2);
        Assert.Equal("""{"loves":1}""", (await Server.Anonymous.CommentsAsync(live))[0].GetProperty("reactions").GetRawText());
        Assert.Empty(broker.Read(_dead));
    }

    [Fact]
    public async Task A_record_may_ask_a_question_where_the_event_has_them_and_its_likes_are_votes()
    {
        var (live, quiet) = (await StartAsync(settings: """{"questions":true}"""), await Server.GoLiveAsync());
        await broker.ProduceAsync(_topic, live, Question("ada", "Why?", "q1"), Question("bob", "How?", "q2"), Question("ada", "Why?", "q1"),
            """{"type":"comment","subject":"ada","commentText":"no question","question":false}""", """{"type":"comment","subject":"bob","commentText":"none either","question":null}""");
        var comments = await UntilAsync(live, 4);
        Assert.Equal([("Why?", "open"), ("How?", "open"), ("no question", null), ("none either", null)],
            comments.Select(comment => (comment.Text("commentText"), comment.TryGetProperty("question", out var question) ? question.GetString() : null)));
        await broker.ProduceAsync(_topic, live, $$"""{"type":"reaction","subject":"cem","commentID":"{{comments[1].Text("commentID")}}","reactionType":"like"}""");
        await Http.EventuallyAsync(async () => Texts((await Server.Anonymous.CallAsync("GET", $"/live/{live}/questions")).EnumerateArray()).SequenceEqual(["How?", "Why?"]), "the vote is counted");

        // As over HTTP: neither where the event has none, nor as a reply, nor with the key of a comment that is none.
        await broker.ProduceAsync(_topic, quiet, Question("ada", "Why?", "q1"), Comment("ada", "no question", "q1"));
        await broker.ProduceAsync(_topic, live, $$"""{"type":"comment","subject":"ada","commentText":"Why?","question":true,"replyToCommentID":"{{comments[0].Text("commentID")}}"}""", Comment("ada", "Why?", "q1"));
        Assert.Equal("no question", Assert.Single(await UntilAsync(quiet, 1)).Text("commentText"));
        var dead = await DeadAsync(3);
        Assert.Equal(["idempotency-key-reused", "questions-off", "reply-is-no-question"], dead.Select(record => Header(record, "livecomments-reason")).Order(StringComparer.Ordinal));
        Assert.Equal(4, (await Server.Anonymous.CommentsAsync(live)).Count);
    }

    [Fact]
    public async Task A_record_is_stored_once_however_often_and_in_whatever_order_it_comes()
    {
        var live = await StartAsync();
        var records = Enumerable.Range(0, 50).Select(i => Comment("ada", $"{i}", $"k{i}")).ToList();
        var random = new Random(1);
        await broker.ProduceAsync(_topic, live, [.. records, .. records.OrderBy(_ => random.Next()), Comment("ada", "without a key"), .. records]);
        await UntilAsync(live, 51);
        // Everything is delivered again, as after a crash before the offsets were committed.
        await Server.StopAsync();
        await broker.RewindAsync(_group, _topic);
        await Server.StartAgainAsync();
        await broker.ProduceAsync(_topic, live, Comment("ada", "last"));
        Assert.Equal([.. Enumerable.Range(0, 50).Select(i => $"{i}"), "without a key", "last"], Texts(await UntilAsync(live, 52)));
        Assert.Empty(broker.Read(_dead));
    }

    [Fact]
    public async Task What_cannot_be_stored_goes_to_another_topic_with_the_reason_and_keeps_nothing_waiting()
    {
        var live = await StartAsync();
        using var administrator = Server.As(Role.Administrator);
        var ended = await Server.GoLiveAsync();
        await administrator.CallAsync("POST", $"/events/{ended}/end");
        (string? Key, string Value, string Reason)[] poison =
        [
            (live, "not JSON", "invalid-json"),
            (live, "null", "invalid-json"),
            (live, """{"type":"comment","subject":"ada","commentText":"\ud800"}""", "invalid-json"),
            (live, """{"type":"comment","subject":{"a":[[[[[[[[[[]]]]]]]]]]}}""", "invalid-json"),
            (live, """{"type":"comment","subject":"ada","commentText":"x","question":"yes"}""", "invalid-json"),
            (live, new string('x', 1_000_000), "body-too-large"),
            (live, """{"version":2,"type":"comment","subject":"ada","commentText":"x"}""", "invalid-request"),
            (live, """{"type":"poem","subject":"ada"}""", "invalid-request"),
            (live, """{"type":"comment","commentText":"x"}""", "invalid-request"),
            (live, """{"type":"reaction","subject":"ada","commentID":"x"}""", "invalid-request"),
            (live, Comment(Guid.NewGuid().ToString(), "as somebody else"), "forbidden"),
            (live, Comment("ada", "x", "not a key"), "invalid-idempotency-key"),
            (live, Comment("ada", ""), "text-empty"),
            (live, Comment("ada", "please refuse"), "text-refused"),
            (live, """{"type":"reaction","subject":"ada","commentID":"x","reactionType":"love"}""", "comment-not-found"),
            ("no-such-event", Comment("ada", "x"), "event-not-found"),
            (null, Comment("ada", "x"), "event-not-found"),
            (ended, Comment("ada", "x"), "event-not-live"),
        ];
        foreach (var (key, value, _) in poison)
            await broker.ProduceAsync(_topic, key, value);
        await broker.ProduceAsync(_topic, live, Comment("ada", "a good one"), Comment("ada", "hold this one"));
        Assert.Equal("a good one", Assert.Single(await UntilAsync(live, 1)).Text("commentText"));

        var dead = await DeadAsync(poison.Length);
        Assert.Equal(poison.Select(record => record.Reason).Order(StringComparer.Ordinal), dead.Select(record => Header(record, "livecomments-reason")).Order(StringComparer.Ordinal));
        Assert.Equal(Enumerable.Range(0, poison.Length).Select(i => $"{i}"), dead.Select(record => Header(record, "livecomments-offset")).OrderBy(offset => int.Parse(offset, null)));
        Assert.All(dead, record => Assert.Equal(_topic, Header(record, "livecomments-topic")));
        await Http.EventuallyAsync(async () => Regex.IsMatch(await Server.Anonymous.GetStringAsync("/metrics"), "livecomments_kafka_dead_letters_total{[^}]*reason=\"invalid-json\"[^}]*} 5\\b"), "they are counted");
        Assert.Equal("not JSON", Assert.Single(dead, record => Header(record, "livecomments-offset") == "0").Message.Value);
        Assert.Equal(InRecord.MaxBytes, Assert.Single(dead, record => Header(record, "livecomments-reason") == "body-too-large").Message.Value.Length);
    }

    [Fact]
    public async Task Without_a_topic_for_them_dead_letters_are_left_where_they_are()
    {
        _dead = broker.NewName();
        var live = await StartAsync();
        await broker.ProduceAsync(_topic, live, "not JSON", Comment("ada", "a good one"));
        Assert.Equal("a good one", Assert.Single(await UntilAsync(live, 1)).Text("commentText"));
    }

    [Fact]
    public async Task A_topic_that_is_trusted_with_every_user_writes_as_users_of_this_server()
    {
        var live = await StartAsync();
        var ada = Guid.NewGuid().ToString();
        await broker.ProduceAsync(_trusted, live, Comment(ada, "as Ada"), Comment("not-a-uuid", "as nobody"), Comment(ada, "again"));
        var comments = await UntilAsync(live, 2);
        Assert.All(comments, comment => Assert.Equal(ada, comment.Text("userID")));
        Assert.Equal("forbidden", Header(Assert.Single(await DeadAsync(1)), "livecomments-reason"));
    }

    [Fact]
    public async Task Rate_limits_and_slow_mode_are_for_other_doors_and_moderation_is_for_all()
    {
        var live = await StartAsync(null, """{"slowModeSeconds":600}""", "--LiveComments:Limits:Enabled=true", "--LiveComments:Limits:CommentsPerSecond=0.01", "--LiveComments:Limits:CommentBurst=1");
        await broker.ProduceAsync(_topic, live, [.. Enumerable.Range(0, 20).Select(i => Comment("ada", "the same")), Comment("ada", "please refuse"), Comment("ada", "hold it"), Comment("ada", "end")]);
        Assert.Equal([.. Enumerable.Repeat("the same", 20), "end"], Texts(await UntilAsync(live, 21)));
        Assert.Equal("text-refused", Header(Assert.Single(await DeadAsync(1)), "livecomments-reason"));
        using var moderator = Server.As(Role.Moderator);
        await moderator.CallAsync("POST", $"/live/{live}/moderation/decisions", $$"""{"action":"ban","userIDs":["{{ExternalSubject.ToUserId("chat", "ada")}}"]}""");
        await broker.ProduceAsync(_topic, live, Comment("ada", "banned"), Comment("bob", "not banned"));
        Assert.Equal("not banned", Texts(await UntilAsync(live, 22))[^1]);
        Assert.Equal("banned", Header((await DeadAsync(2))[^1], "livecomments-reason"));
    }

    [Fact]
    public async Task A_full_event_pauses_its_partition_and_what_waits_for_it_comes_in_order_and_once()
    {
        _topic = await broker.CreateTopicAsync(2);
        SlowLog? log = null;
        var full = await StartAsync(builder =>
        {
            var store = builder.Services.Last(service => service.ServiceType == typeof(IEventLog)).ImplementationType!;
            builder.Services.AddSingleton<IEventLog>(services => log = new SlowLog((IEventLog)ActivatorUtilities.CreateInstance(services, store)));
        }, "{}", "--LiveComments:Engine:CommentQueue=16");
        var others = new List<string> { await Server.GoLiveAsync(), await Server.GoLiveAsync() };
        log!.Slow = new EventId(Guid.Parse(full));
        // More than one partition of this node holds; beside it, in the same partition and in the other one, events that nobody else writes in.
        var waiting = Enumerable.Range(0, 6_000).Select(i => Comment("ada", $"{i}", $"k{i}")).ToList();
        await broker.ProduceAsync(_topic, full, waiting);
        foreach (var other in others)
            await broker.ProduceAsync(_topic, other, Enumerable.Range(0, 20).Select(i => Comment("bob", $"{i}")));
        var intake = Server.Services.GetRequiredService<Intake>();
        await Http.EventuallyAsync(() => Task.FromResult(intake.Partitions.Any(partition => partition is { IsPaused: true, Next: > 0 })), "the full event's partition is paused");
        await Http.EventuallyAsync(async () => Regex.IsMatch(await Server.Anonymous.GetStringAsync("/metrics"), "livecomments_kafka_lag{[^}]*} [1-9]"), "what waits is measured");
        log.Slow = null;
        foreach (var other in others)
            Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), Texts(await UntilAsync(other, 20)));
        var seen = await LogAsync(full, 6_000);
        Assert.Equal(Enumerable.Range(0, 6_000).Select(i => $"{i}"), seen);
        Assert.Empty(broker.Read(_dead));
    }

    [Fact]
    public async Task Without_brokers_the_server_goes_on_and_says_so_until_they_are_back()
    {
        var live = await StartAsync();
        await broker.ProduceAsync(_topic, live, Comment("ada", "before"));
        await UntilAsync(live, 1);
        await UntilReadyAsync("ready");
        await broker.KillAsync();
        await UntilReadyAsync("degraded: Kafka");
        using var author = Server.As(Role.Viewer);
        await author.CommentAsync(live, "meanwhile");
        await broker.StartAsync();
        await broker.ProduceAsync(_topic, live, Comment("ada", "after"));
        Assert.Equal(["before", "meanwhile", "after"], Texts(await UntilAsync(live, 3)));
        await UntilReadyAsync("ready");
    }

    [Fact]
    public async Task A_server_starts_and_stops_without_brokers()
    {
        await broker.KillAsync();
        var live = await StartAsync();
        await UntilReadyAsync("degraded: Kafka");
        await Server.StopAsync();
        await broker.StartAsync();
        await Server.StartAgainAsync();
        await broker.ProduceAsync(_topic, live, Comment("ada", "late"));
        await UntilAsync(live, 1);
    }

    [Fact]
    public async Task A_topic_that_appears_later_is_taken_then()
    {
        var topic = _topic = broker.NewName();
        var live = await StartAsync(null, "{}", "--LiveComments:Kafka:Client:topic.metadata.refresh.interval.ms=500");
        await broker.CreateTopicAsync(topic, 1);
        await broker.ProduceAsync(topic, live, Comment("ada", "first"));
        await UntilAsync(live, 1);
    }

    internal static string Comment(string subject, string text, string? id = null) => JsonSerializer.Serialize(new { version = 1, type = "comment", id, subject, commentText = text });

    private static string Question(string subject, string text, string id) => JsonSerializer.Serialize(new { type = "comment", id, subject, commentText = text, question = true });

    internal static string Header(ConsumeResult<string, string> record, string name) => Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes(name));

    private static IReadOnlyList<string> Texts(IEnumerable<JsonElement> comments) => [.. comments.Select(comment => comment.Text("commentText")!)];

    /// <summary>Starts the server, with an event that is live.</summary>
    private async Task<string> StartAsync(Action<WebApplicationBuilder>? configure = null, string settings = "{}", params string[] more)
    {
        _server = await TestServer.StartAsync(builder =>
        {
            builder.Services.AddSingleton<IScorer, HoldingScorer>();
            configure?.Invoke(builder);
        },
        [
            $"--LiveComments:Kafka:Servers={broker.Servers}", $"--LiveComments:Kafka:Group={_group}", $"--LiveComments:Kafka:DeadLetters={_dead}", $"--LiveComments:Kafka:In:0:Topic={_topic}",
            "--LiveComments:Kafka:In:0:Issuer=chat", $"--LiveComments:Kafka:In:1:Topic={_trusted}", "--LiveComments:Kafka:In:1:AnyUser=true", .. more,
        ]);
        return await _server.GoLiveAsync(settings);
    }

    /// <summary>The event's comments, once there are so many.</summary>
    private async Task<IReadOnlyList<JsonElement>> UntilAsync(string live, int count)
    {
        IReadOnlyList<JsonElement> comments = [];
        await Http.EventuallyAsync(async () => (comments = await Server.Anonymous.CommentsAsync(live)).Count >= count, $"there are {count} comments");
        Assert.Equal(count, comments.Count);
        return comments;
    }

    /// <summary>The dead letters, once there are so many. A comment may be shown a moment before a record beside it is put away.</summary>
    private async Task<IReadOnlyList<ConsumeResult<string, string>>> DeadAsync(int count)
    {
        IReadOnlyList<ConsumeResult<string, string>> dead = [];
        await Http.EventuallyAsync(() => Task.FromResult((dead = broker.Read(_dead)).Count >= count), $"there are {count} dead letters");
        Assert.Equal(count, dead.Count);
        return dead;
    }

    /// <summary>The texts of the event's log, once there are so many.</summary>
    private async Task<IReadOnlyList<string>> LogAsync(string live, int count)
    {
        var log = Server.Services.GetRequiredService<IEventLog>();
        List<string> texts = [];
        for (var round = 0; round < 10 && texts.Count < count; round++)
            try
            {
                await Http.EventuallyAsync(async () => (texts = [.. (await log.ReadAsync(new EventId(Guid.Parse(live)), 0, 10_000, default))!.Entries.OfType<CommentEntry>().Select(entry => entry.Comment.Text)]).Count >= count, "all are there");
            }
            catch (Xunit.Sdk.FailException) when (round < 9)
            {
                // A busy machine takes longer.
            }
        return texts;
    }

    private Task UntilReadyAsync(string says) =>
        Http.EventuallyAsync(async () => (await Server.Anonymous.GetStringAsync("/healthz/ready")).StartsWith(says, StringComparison.Ordinal), $"the server says {says}");

    /// <summary>A log that takes its time with one event.</summary>
    private sealed class SlowLog(IEventLog log) : IEventLog
    {
        public EventId? Slow { get; set; }

        public async ValueTask<IReadOnlyList<AppendResult>> AppendAsync(EventId id, IReadOnlyList<EntryDraft> drafts, CancellationToken ct)
        {
            if (id == Slow)
                await Task.Delay(100, ct);
            return await log.AppendAsync(id, drafts, ct);
        }

        public ValueTask<LogPage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct) => log.ReadAsync(id, afterSeq, limit, ct);

        public ValueTask<LogPage?> ReadLatestAsync(EventId id, long beforeSeq, int limit, CancellationToken ct) => log.ReadLatestAsync(id, beforeSeq, limit, ct);

        public ValueTask<IReadOnlyDictionary<EventId, LogHead>> HeadsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct) => log.HeadsAsync(ids, ct);

        public ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) => log.DeleteAsync(id, ct);
    }
}
