using System.Reflection;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Ingest;
using LiveComments.Log;
using LiveComments.Reactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>
/// What a person's limits gave for something that came to nothing through no fault of theirs is given back, at every door and wherever it failed. It is tried
/// more often than the limits allow: were one try charged, the ones after it would be refused.
/// </summary>
public sealed class GivenBackTests : IAsyncLifetime
{
    private const int Comments = 8, Reactions = 2;

    private readonly UserId _me = new(Guid.NewGuid());
    private TestServer _server = null!;
    private BrittleStore _store = null!;
    private string _live = null!, _comment = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(builder =>
        {
            T Inner<T>(IServiceProvider provider, ServiceDescriptor service) => (T)ActivatorUtilities.CreateInstance(provider, service.ImplementationType!);
            _store = new BrittleStore();
            var (log, reactions, accounts) = (Remove<IEventLog>(builder), Remove<IReactionStore>(builder), Remove<IAccountStore>(builder));
            builder.Services.AddSingleton<IEventLog>(provider => new BrittleLog(_store, Inner<IEventLog>(provider, log)));
            builder.Services.AddSingleton<IReactionStore>(provider => new BrittleReactions(_store, Inner<IReactionStore>(provider, reactions)));
            builder.Services.AddSingleton(provider => BrittleAccounts.Create(_store, Inner<IAccountStore>(provider, accounts)));
        }, "--LiveComments:Limits:Enabled=true", "--LiveComments:Limits:CommentsPerSecond=0.01", $"--LiveComments:Limits:CommentBurst={Comments}",
            "--LiveComments:Limits:ReactionsPerSecond=0.01", $"--LiveComments:Limits:ReactionBurst={Reactions}", "--LiveComments:Stream:Patience=00:00:00", "--LiveComments:Engine:CommentQueue=16", "--LiveComments:Engine:ReactionQueue=16");
        _live = await _server.GoLiveAsync("""{"slowModeSeconds":600}""");
        _comment = (await _server.As(Role.Moderator).CommentAsync(_live, "here")).Text("commentID")!;
        // Nothing is remembered of accounts: the next one to ask reads them.
        await _server.RestartAsync();
    }

    public async Task DisposeAsync()
    {
        _store.Mend();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("http", "account")]
    [InlineData("websocket", "account")]
    [InlineData("http", "store")]
    [InlineData("websocket", "store")]
    [InlineData("http", "full")]
    [InlineData("websocket", "full")]
    public async Task A_comment_that_fails_costs_neither_a_turn_of_slow_mode_nor_a_place_among_the_comments_of_a_minute(string door, string failing)
    {
        await using var author = await OpenAsync(door);
        await FailAsync(failing);
        for (var i = 0; i <= Comments; i++)
            Assert.Equal(failing == "full" ? "busy" : "store-unavailable", await author.CommentAsync("a", $"failed{i}"));
        _store.Mend();
        Assert.Equal("placed", await EventuallyNotBusyAsync(() => author.CommentAsync("a", "first")));
        for (var i = 1; i < Comments; i++)
            Assert.Equal("slow-mode", await author.CommentAsync("a", $"another{i}"));
        Assert.Equal("rate-limited", await author.CommentAsync("a", "last"));
    }

    [Theory]
    [InlineData("http", "account")]
    [InlineData("websocket", "account")]
    [InlineData("http", "store")]
    [InlineData("websocket", "store")]
    [InlineData("http", "full")]
    [InlineData("websocket", "full")]
    public async Task A_reaction_that_fails_costs_nothing(string door, string failing)
    {
        await using var author = await OpenAsync(door);
        await FailAsync(failing);
        for (var i = 0; i <= Reactions; i++)
            Assert.Equal(failing == "full" ? "busy" : "store-unavailable", await author.ReactAsync("like", _comment));
        _store.Mend();
        Assert.Equal("stored", await EventuallyNotBusyAsync(() => author.ReactAsync("wow", _comment)));
        for (var i = 1; i < Reactions; i++)
            Assert.Equal("stored", await author.ReactAsync("like", _comment));
        Assert.Equal("rate-limited", await author.ReactAsync("love", _comment));
    }

    [Fact]
    public async Task A_removal_that_fails_costs_nothing()
    {
        using var author = _server.As(Role.Viewer, _me);
        await FailAsync("store");
        for (var i = 0; i <= Comments; i++)
            await author.RefusedAsync(Error.StoreUnavailable, "DELETE", $"/live/{_live}/comments/{_comment}");
        _store.Mend();
        for (var i = 0; i < Comments; i++)
            await author.RefusedAsync(Error.Forbidden, "DELETE", $"/live/{_live}/comments/{_comment}");
        await author.RefusedAsync(Error.RateLimited, "DELETE", $"/live/{_live}/comments/{_comment}");
    }

    [Fact]
    public async Task A_new_name_that_fails_costs_nothing()
    {
        using var author = _server.As(Role.Viewer, _me);
        await FailAsync("account");
        for (var i = 0; i <= Comments; i++)
            await author.RefusedAsync(Error.StoreUnavailable, "PATCH", "/me", """{"displayName":"Somebody"}""");
        _store.Mend();
        for (var i = 0; i < Comments; i++)
            await author.CallAsync("PATCH", "/me", """{"displayName":"Somebody"}""");
        await author.RefusedAsync(Error.RateLimited, "PATCH", "/me", """{"displayName":"Somebody else"}""");
    }

    [Fact]
    public async Task Who_hangs_up_before_the_comment_is_placed_may_write_it_again()
    {
        await using var author = await OpenAsync("http");
        var asked = _store.Hang();
        using var client = _server.As(Role.Viewer, _me);
        using (var hangUp = new CancellationTokenSource())
        {
            var posting = client.PostAsync($"/live/{_live}/comments", new StringContent("""{"commentText":"a"}""", null, "application/json"), hangUp.Token);
            await asked;
            await hangUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => posting);
        }
        // The server hears of it when it hears of it.
        await Http.EventuallyAsync(() => Task.FromResult(_store.GivenUp), "the server gave up the look-up");
        _store.Mend();
        await Http.EventuallyAsync(async () => await author.CommentAsync("a", "second") == "placed", "the comment is taken");
    }

    [Theory]
    [InlineData("http")]
    [InlineData("websocket")]
    public async Task A_comment_whose_outcome_is_unknown_keeps_its_turn_and_is_settled_by_its_key(string door)
    {
        await using var author = await OpenAsync(door);
        _store.Fail("store", outcomeUnknown: true);
        Assert.Equal("outcome-unknown", await author.CommentAsync("a", "key"));
        _store.Mend();
        Assert.Equal("slow-mode", await author.CommentAsync("b", "other"));
        // A try with the same key is the same comment: it neither takes a turn nor gives the first one's back.
        _store.Fail("store");
        Assert.Equal("store-unavailable", await author.CommentAsync("a", "key"));
        _store.Mend();
        Assert.Equal("slow-mode", await author.CommentAsync("b", "other"));
        Assert.Equal("placed", await author.CommentAsync("a", "key"));
        Assert.Equal("placed", await author.CommentAsync("a", "key"));
        Assert.Equal("slow-mode", await author.CommentAsync("b", "other"));
    }

    private async Task<Person> OpenAsync(string door) =>
        door == "http" ? new HttpPerson(_server.As(Role.Viewer, _me), _live) : new SocketPerson(await StreamClient.WebSocketAsync(_server, _live, token: _server.Token(user: _me)));

    /// <summary>From now on something fails; "full": the event's queues take nothing more.</summary>
    private async Task FailAsync(string what)
    {
        if (what != "full")
        {
            _store.Fail(what);
            return;
        }
        Assert.True(EventId.TryParse(_live, out var id));
        var gates = _server.Services.GetRequiredService<LiveComments.Akka.Engine>().Gates;
        _store.Hold();
        // What is taken from a queue leaves a place in it, until as many are under way as may be.
        for (var full = 0; full < 50; await Task.Delay(1))
            full = Takes(await gates.ReserveAsync(id, 1, 0, TimeSpan.Zero), () => gates.TryPost(id, new Ignored()))
                | Takes(await gates.ReserveAsync(id, 0, 1, TimeSpan.Zero), () => gates.TryPost(id, new IgnoredReaction())) ? 0 : full + 1;

        static bool Takes(bool reserved, Func<bool> post) => reserved && post();
    }

    /// <summary>After the queues were full.</summary>
    private static async Task<string> EventuallyNotBusyAsync(Func<Task<string>> ask)
    {
        string answer = null!;
        await Http.EventuallyAsync(async () => (answer = await ask()) != "busy", "the queues have places");
        return answer;
    }

    private static ServiceDescriptor Remove<T>(WebApplicationBuilder builder)
    {
        var service = builder.Services.Single(service => service.ServiceType == typeof(T));
        builder.Services.Remove(service);
        return service;
    }

    /// <summary>A person at a door; answers are <c>placed</c>, <c>stored</c> or the code of an error.</summary>
    private abstract class Person : IAsyncDisposable
    {
        public abstract Task<string> CommentAsync(string text, string key);

        public abstract Task<string> ReactAsync(string type, string comment);

        public abstract ValueTask DisposeAsync();
    }

    private sealed class HttpPerson(HttpClient client, string live) : Person
    {
        public override async Task<string> CommentAsync(string text, string key)
        {
            using var answer = await client.SendCommentAsync(live, text, key);
            return await AnswerAsync(answer, "placed");
        }

        public override async Task<string> ReactAsync(string type, string comment)
        {
            using var answer = await client.SendAsync("POST", $"/live/{live}/comments/{comment}/reactions", $$"""{"reactionType":"{{type}}"}""");
            return await AnswerAsync(answer, "stored");
        }

        public override ValueTask DisposeAsync()
        {
            client.Dispose();
            return default;
        }

        private static async Task<string> AnswerAsync(HttpResponseMessage answer, string done) =>
            answer.IsSuccessStatusCode ? done : JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.Text("code")!;
    }

    private sealed class SocketPerson(StreamClient socket) : Person
    {
        private int _reactions;

        public override Task<string> CommentAsync(string text, string key) => AskAsync(new { type = "comment", id = key, commentText = text }, "placed");

        public override Task<string> ReactAsync(string type, string comment) => AskAsync(new { type = "reaction", id = $"r{_reactions++}", commentID = comment, reactionType = type }, "stored");

        public override ValueTask DisposeAsync() => socket.DisposeAsync();

        private async Task<string> AskAsync(object message, string done)
        {
            await socket.SendAsync(message);
            while (true)
                if ((await socket.NextAsync())!.Value is var answer && answer.Text("type") is "ack" or "acks" or "error")
                    return answer.Text("type") == "error" ? answer.Text("code")! : done;
        }
    }

    private sealed class Ignored : Placement<EntryDraft, AppendResult>
    {
        public override EntryDraft Draft { get; } = new CommentDraft(
            new CommentId(Guid.CreateVersion7()), new Author(new UserId(Guid.NewGuid()), "ann", "Ann", null, Role.Viewer), "", null, [], null, null);

        public override void Complete(AppendResult result)
        {
        }
    }

    private sealed class IgnoredReaction : Placement<ReactionDraft, ReactionResult>
    {
        public override ReactionDraft Draft { get; } = new(new CommentId(Guid.NewGuid()), new UserId(Guid.NewGuid()), ReactionType.Like);

        public override void Complete(ReactionResult result)
        {
        }
    }

    /// <summary>What fails at the moment, over all of a server's stores.</summary>
    internal sealed class BrittleStore
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile TaskCompletionSource? _held;
        private volatile StoreUnavailableException? _failure;
        private volatile string _failing = "";
        private volatile bool _hangs;

        /// <summary>Whoever waited for the look-up that hangs has given up.</summary>
        public bool GivenUp { get; private set; }

        public void Fail(string what, bool outcomeUnknown = false) => (_failure, _failing) = (new StoreUnavailableException("It was asked to be.", outcomeUnknown), what);

        /// <summary>Keeps what is to be stored waiting.</summary>
        public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Look-ups of accounts hang.</summary>
        /// <returns>Completes when one does.</returns>
        public Task Hang()
        {
            _hangs = true;
            return _asked.Task;
        }

        public void Mend()
        {
            (_failing, _hangs) = ("", false);
            _held?.TrySetResult();
            _held = null;
        }

        public async ValueTask PassAsync(string what, CancellationToken ct = default)
        {
            if (_failing == what)
                throw _failure!;
            if (what == "store" && _held is { } held)
                await held.Task;
            if (what != "account" || !_hangs)
                return;
            _asked.TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, ct);
            }
            finally
            {
                GivenUp = true;
            }
        }
    }

    private sealed class BrittleLog(BrittleStore store, IEventLog log) : IEventLog
    {
        public async ValueTask<IReadOnlyList<AppendResult>> AppendAsync(EventId id, IReadOnlyList<EntryDraft> drafts, CancellationToken ct)
        {
            await store.PassAsync("store", CancellationToken.None);
            return await log.AppendAsync(id, drafts, ct);
        }

        public ValueTask<LogPage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct) => log.ReadAsync(id, afterSeq, limit, ct);

        public ValueTask<LogPage?> ReadLatestAsync(EventId id, long beforeSeq, int limit, CancellationToken ct) => log.ReadLatestAsync(id, beforeSeq, limit, ct);

        public ValueTask<IReadOnlyDictionary<EventId, LogHead>> HeadsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct) => log.HeadsAsync(ids, ct);

        public ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) => log.DeleteAsync(id, ct);
    }

    private sealed class BrittleReactions(BrittleStore store, IReactionStore reactions) : IReactionStore
    {
        public async ValueTask<IReadOnlyList<ReactionResult>> ApplyAsync(EventId id, IReadOnlyList<ReactionDraft> drafts, CancellationToken ct)
        {
            await store.PassAsync("store", CancellationToken.None);
            return await reactions.ApplyAsync(id, drafts, ct);
        }

        public ValueTask<IReadOnlyDictionary<CommentId, ReactionType>> GivenByAsync(EventId id, UserId userId, IReadOnlyCollection<CommentId> comments, CancellationToken ct) =>
            reactions.GivenByAsync(id, userId, comments, ct);

        public ValueTask<IReadOnlyList<CommentTally>> ChangedAsync(EventId id, long afterVersion, int limit, CancellationToken ct) => reactions.ChangedAsync(id, afterVersion, limit, ct);

        public ValueTask<ReactionTotal> TotalAsync(EventId id, CancellationToken ct) => reactions.TotalAsync(id, ct);
    }

    /// <summary>Accounts, of which the look-up by id fails or hangs.</summary>
    public class BrittleAccounts : DispatchProxy
    {
        private BrittleStore _store = null!;
        private IAccountStore _accounts = null!;

        internal static IAccountStore Create(BrittleStore store, IAccountStore accounts)
        {
            var proxy = Create<IAccountStore, BrittleAccounts>();
            ((BrittleAccounts)(object)proxy)._store = store;
            ((BrittleAccounts)(object)proxy)._accounts = accounts;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? method, object?[]? arguments) =>
            method!.Name == nameof(IAccountStore.FindAsync) ? FindAsync((UserId)arguments![0]!, (CancellationToken)arguments[1]!) : method.Invoke(_accounts, arguments);

        private async ValueTask<Account?> FindAsync(UserId id, CancellationToken ct)
        {
            await _store.PassAsync("account", ct);
            return await _accounts.FindAsync(id, ct);
        }
    }
}
