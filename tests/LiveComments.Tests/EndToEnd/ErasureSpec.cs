using System.Net;
using System.Text;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Log;
using LiveComments.Moderation;
using LiveComments.Pictures;
using LiveComments.Polls;
using LiveComments.Server.Auth.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>A person's own data: downloaded, and erased from everywhere.</summary>
public abstract class ErasureSpec : IAsyncLifetime
{
    private const string Username = "zoe_gone", Email = "zoe_gone@example.org", Kept = "look, @zoe_gone";

    /// <summary>Everything that Zoe leaves has one of these in it, or her address.</summary>
    private static readonly string[] Hers = ["zoesecret", "Zoe the Third", "zoe.png", "zoepreference", "ZoeBrowser"];

    private readonly UserId _friend = new(Guid.NewGuid()), _moderator = new(Guid.NewGuid());

    private string _live = "", _token = "", _user = "", _friends = "";

    private protected TestServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await TestServer.StartAsync(Configure, await StoreAsync());
        _live = await Server.GoLiveAsync();
        await Administrator.CallAsync("PUT", $"/events/{_live}/participants/{_moderator}", """{"role":"moderator"}""");
    }

    public virtual async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>The settings of the store that the tests run on.</summary>
    protected virtual Task<string[]> StoreAsync() => Task.FromResult<string[]>([]);

    /// <summary>Every row of every table.</summary>
    private protected abstract Task<byte[]> DumpAsync();

    /// <summary>Keeps a copy of the database; the server is stopped.</summary>
    private protected abstract Task BackUpAsync();

    /// <summary>Puts the copy in the database's place; the server is stopped.</summary>
    private protected abstract Task RestoreAsync();

    [Fact]
    public async Task Somebody_downloads_everything_that_is_stored_about_them()
    {
        await LeaveTracesAsync();
        using var zoe = Server.Client(_token);
        using var answer = await zoe.GetAsync("/me/export");
        Assert.Equal("attachment; filename=livecomments-zoe_gone.json", answer.Content.Headers.ContentDisposition!.ToString().Replace("\"", "", StringComparison.Ordinal));
        var export = await answer.JsonAsync();
        Assert.Equal((Username, Email, "Zoe the Third"), (export.GetProperty("account").Text("username"), export.GetProperty("account").Text("email"), export.GetProperty("account").Text("displayName")));
        Assert.Equal(1, export.GetProperty("account").GetProperty("preferences").GetProperty("zoepreference").GetInt32());
        Assert.Equal(["", "ZoeBrowser"], export.GetProperty("logIns").EnumerateArray().Select(one => one.Text("userAgent")));
        Assert.Equal(_live, Assert.Single(export.GetProperty("events").EnumerateArray()).Text("eventID"));
        Assert.Equal(["zoesecret one"], TextsOf("comments"));
        Assert.Equal(["zoesecret two"], TextsOf("removedComments"));
        Assert.Equal(["zoesecret hold"], TextsOf("heldComments"));
        Assert.Equal("held", Assert.Single(export.GetProperty("heldComments").EnumerateArray()).Text("status"));
        Assert.Equal((_friends, "love"), (Assert.Single(export.GetProperty("reactions").EnumerateArray()).Text("commentID"), Assert.Single(export.GetProperty("reactions").EnumerateArray()).Text("reactionType")));
        Assert.Equal(1, Assert.Single(export.GetProperty("votes").EnumerateArray()).GetProperty("option").GetInt32());
        Assert.Equal("zoesecret report", Assert.Single(export.GetProperty("reports").EnumerateArray()).Text("reason"));
        var notice = Assert.Single(export.GetProperty("notices").EnumerateArray());
        Assert.Equal(("warned", "zoesecret warning"), (notice.Text("notice"), notice.Text("reason")));
        Assert.DoesNotContain(_moderator.ToString(), export.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("friendsecret", export.ToString(), StringComparison.Ordinal);
        await Server.Anonymous.RefusedAsync(Error.Unauthenticated, "GET", "/me/export");

        IEnumerable<string?> TextsOf(string list) => export.GetProperty(list).EnumerateArray().Select(one => one.GetProperty("comment").Text("commentText"));
    }

    [Fact]
    public async Task Whoever_deletes_their_account_is_nowhere_any_more()
    {
        await LeaveTracesAsync();
        await using var viewer = await StreamClient.WebSocketAsync(Server, _live);
        await using var own = await StreamClient.WebSocketAsync(Server, _live, token: _token);
        await viewer.NextAsync("hello");
        await own.NextAsync("hello");
        var refresh = (await (await Server.LogInAsync(Username)).JsonAsync()).Text("refreshToken");
        using var zoe = Server.Client(_token);
        await zoe.RefusedAsync(Error.InvalidRequest, "DELETE", "/me", "{}");
        await zoe.RefusedAsync(Error.InvalidCredentials, "DELETE", "/me", """{"password":"not her password"}""");
        await zoe.CallAsync("GET", "/me");

        Assert.Equal("erasing", (await zoe.CallAsync("DELETE", "/me", Body, HttpStatusCode.Accepted)).Text("status"));
        await zoe.RefusedAsync(Error.InvalidToken, "GET", "/me");
        Assert.Equal("invalid-token", (await own.NextAsync("error")).Text("code"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await Server.LogInAsync(Username)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Server.RefreshAsync(refresh)).StatusCode);
        // Her name is free at once, and whoever takes it is somebody else.
        var other = await Server.RegisterAsync(Username);
        Assert.NotEqual(_user, other.Text("userID"));

        await GoneAsync();
        // Every viewer was told.
        var removed = await viewer.NextAsync("batch");
        while (!removed.ToString().Contains("\"removed\"", StringComparison.Ordinal))
            removed = await viewer.NextAsync("batch");
        var friends = Assert.Single(await Server.Anonymous.CommentsAsync(_live));
        Assert.Equal(Kept, friends.Text("commentText"));
        Assert.False(friends.TryGetProperty("mentions", out _));
        Assert.Empty(friends.GetProperty("reactions").EnumerateObject());
        foreach (var line in (await Server.As(Role.Viewer, _moderator).CallAsync("GET", $"/live/{_live}/moderation/audit")).EnumerateArray())
        {
            Assert.Equal((_user, Account.ErasedName), (line.GetProperty("user").Text("userID"), line.GetProperty("user").Text("displayName")));
            Assert.False(line.TryGetProperty("reason", out _));
        }
        await AuditIsWholeAsync();
        await Http.EventuallyAsync(async () => File.Exists(Erased) && (await File.ReadAllTextAsync(Erased)).Contains(_user, StringComparison.Ordinal), "the data folder has her id");
    }

    [Fact]
    public async Task Who_has_no_password_here_needs_a_sign_in_of_lately()
    {
        var user = new UserId(Guid.NewGuid());
        using var client = Server.As(Role.Viewer, user);
        await client.CommentAsync(_live, "zoesecret");
        var (old, _) = new TokenIssuer(Server.Services.GetRequiredService<SigningKeys>(), new FakeTime(DateTimeOffset.UtcNow.AddMinutes(-11))).Issue(user, Role.Viewer, null, null, TimeSpan.FromHours(1));
        using (var stale = Server.Client(old))
            Assert.Contains("sign in again", await stale.RefusedAsync(Error.Forbidden, "DELETE", "/me"), StringComparison.Ordinal);
        await client.CallAsync("DELETE", "/me", null, HttpStatusCode.Accepted);
        // The other site still takes them for the same person; the account stays deleted.
        await client.RefusedAsync(Error.AccountErased, "GET", "/me");
        await client.RefusedAsync(Error.AccountErased, "POST", $"/live/{_live}/comments", """{"commentText":"again"}""");
        await GoneAsync();
    }

    [Fact]
    public async Task Administrators_delete_accounts_of_others_and_nobody_else_does()
    {
        await LeaveTracesAsync();
        await Server.As(Role.Viewer, _moderator).RefusedAsync(Error.Forbidden, "DELETE", $"/users/{_user}");
        await Administrator.RefusedAsync(Error.UserNotFound, "DELETE", $"/users/{Guid.NewGuid()}");
        await Administrator.RefusedAsync(Error.UserNotFound, "DELETE", "/users/zoe_gone");
        var self = new UserId(Guid.NewGuid());
        using var administrator = Server.As(Role.Administrator, self);
        await administrator.CallAsync("GET", "/me");
        await administrator.RefusedAsync(Error.Forbidden, "DELETE", $"/users/{self}");
        await administrator.CallAsync("DELETE", $"/users/{_user}", null, HttpStatusCode.Accepted);
        await administrator.CallAsync("DELETE", $"/users/{_user}", null, HttpStatusCode.Accepted);
        await GoneAsync();
    }

    [Fact]
    public async Task A_restore_of_an_older_backup_repeats_the_erasure()
    {
        await LeaveTracesAsync();
        await Server.StopAsync();
        await BackUpAsync();
        await Server.StartAgainAsync();
        using (var zoe = Server.Client(_token))
            await zoe.CallAsync("DELETE", "/me", Body, HttpStatusCode.Accepted);
        await GoneAsync();
        await Http.EventuallyAsync(() => Task.FromResult(File.Exists(Erased)), "the data folder has her id");
        await Server.StopAsync();
        await RestoreAsync();
        Assert.Contains(Hers, text => Has(DumpAsync().GetAwaiter().GetResult(), text));
        await Server.StartAgainAsync();
        await GoneAsync();
        Assert.Equal([Kept], (await Server.Anonymous.CommentsAsync(_live)).Select(comment => comment.Text("commentText")));
        await AuditIsWholeAsync();
    }

    private static void Configure(WebApplicationBuilder builder) => builder.Services.AddSingleton<IScorer, HoldingScorer>();

    private static string Body => JsonSerializer.Serialize(new { password = AccountClient.Password });

    private string Erased => Path.Combine(Server.Data, "erased");

    private HttpClient Administrator => Server.As(Role.Administrator);

    private static bool Has(byte[] dump, string text) => dump.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    /// <summary>Everything that somebody can leave.</summary>
    private async Task LeaveTracesAsync()
    {
        await Server.RegisterAsync(Username);
        var signedIn = await (await Server.CallAsync(HttpMethod.Post, "/auth/login", new { username = Username, password = AccountClient.Password }, null, ("User-Agent", "ZoeBrowser"))).JsonAsync();
        (_user, _token) = (signedIn.Text("userID")!, signedIn.Text("token")!);
        using var zoe = Server.Client(_token);
        await zoe.CallAsync("PATCH", "/me", """{"displayName":"Zoe the Third","avatarUrl":"https://example.org/zoe.png","preferences":{"zoepreference":1}}""");
        // Not a picture, but found in a dump.
        Assert.NotNull(await Server.Services.GetRequiredService<IPictureStore>().PutAsync(PictureSubject.Of(new UserId(Guid.Parse(_user))), Encoding.UTF8.GetBytes("zoesecret face"), default));
        using var friend = Server.As(Role.Viewer, _friend);
        using var moderator = Server.As(Role.Viewer, _moderator);
        _friends = (await friend.CommentAsync(_live, Kept)).Text("commentID")!;
        var one = (await zoe.CommentAsync(_live, "zoesecret one", "zoe-key")).Text("commentID")!;
        var two = (await zoe.CommentAsync(_live, "zoesecret two")).Text("commentID")!;
        using (await zoe.SendAsync("DELETE", $"/live/{_live}/comments/{two}"))
        {
        }
        await (await zoe.SendCommentAsync(_live, "zoesecret hold", "zoe-held")).JsonAsync(HttpStatusCode.Accepted);
        await zoe.CallAsync("POST", $"/live/{_live}/comments/{_friends}/reactions", """{"reactionType":"love"}""");
        await zoe.CallAsync("POST", $"/live/{_live}/comments/{_friends}/reports", """{"reason":"zoesecret report"}""");
        await friend.CallAsync("POST", $"/live/{_live}/comments/{one}/reports", """{"reason":"zoesecret says Zoe"}""");
        await moderator.CallAsync("POST", $"/live/{_live}/moderation/decisions", JsonSerializer.Serialize(new { action = "warn", userIDs = (string[])[_user], reason = "zoesecret warning" }));
        await moderator.CallAsync("POST", $"/live/{_live}/moderation/decisions", JsonSerializer.Serialize(new { action = "note", userIDs = (string[])[_user], reason = "zoesecret note" }));
        Assert.True(EventId.TryParse(_live, out var live));
        // Its card must not have her text.
        Assert.IsType<AppendResult.Appended>(await Server.Services.GetRequiredService<IEngine>().PlaceAsync(live, new StageDraft(new CommentId(Guid.Parse(one)), _moderator), default));
        var poll = PollId.New(TimeProvider.System);
        await Server.Services.GetRequiredService<IPollStore>().OpenAsync(
            new Poll(poll, live, 0, "Who wins?", ["Red", "Blue"], PollResults.Live, null, DateTimeOffset.UtcNow, null, PollStatus.Open, 1, PollTally.Empty(poll, 2)), default);
        await zoe.CallAsync("PUT", $"/live/{_live}/polls/{poll}/vote", """{"option":1}""");
        // Joins are written a moment later.
        Assert.True(UserId.TryParse(_user, out var id));
        // Where somebody who is banned wrote from, and who is suspected to be them.
        await Server.Services.GetRequiredService<IAbuseStore>().TraceAsync(
            [
                new BanTrace(Guid.NewGuid(), id, BanTraceKind.Network, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(7)),
                new BanTrace(id.Value, _friend, BanTraceKind.Account, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(7)),
            ], DateTimeOffset.UtcNow, default);
        await Http.EventuallyAsync(async () => (await Server.Services.GetRequiredService<IPersonalData>().ParticipationsAsync(id, null, 10, default)).Count > 0, "she has joined");
    }

    /// <summary>Waits until the erasure is finished, and looks into every row.</summary>
    private async Task GoneAsync()
    {
        var data = Server.Services.GetRequiredService<IPersonalData>();
        await Http.EventuallyAsync(async () => (await data.DueAsync(DateTimeOffset.MaxValue, 10, default)).All(erasure => erasure.IsRepeat), "the first round is done");
        await Http.EventuallyAsync(async () => (await data.DueAsync(DateTimeOffset.MaxValue, 10, default)).Count == 0, "the erasure is finished");
        Assert.Empty(await Server.Services.GetRequiredService<IAbuseStore>().TracesAsync(DateTimeOffset.UnixEpoch, default));
        if (UserId.TryParse(_user, out var user))
        {
            var logs = Server.Services.GetRequiredService<IPersonalLogData>();
            Assert.Empty((await logs.RemovedCommentsAsync(user, default, default)).Found);
            Assert.Empty((await logs.ReactionsAsync(user, default, default)).Found);
            Assert.Empty(await data.ReportsAsync(user, null, 10, default));
            Assert.Empty(await data.VotesAsync(user, null, 10, default));
        }
        var dump = await DumpAsync();
        // Somebody else may have name and address by now, and the friend's text keeps the name.
        var account = (await Server.Services.GetRequiredService<IAccountStore>().FindByUsernamesAsync([Username], default)).SingleOrDefault();
        Assert.NotEqual(_user, account?.Id.ToString());
        foreach (var text in account is null ? Hers.Append(Email) : Hers)
            Assert.False(Has(dump, text), $"'{text}' is still stored.");
    }

    private async Task AuditIsWholeAsync()
    {
        var (seq, hash) = (0L, AuditChain.Start);
        foreach (var line in await Server.Services.GetRequiredService<IModerationStore>().AuditAfterAsync(0, 100, default))
        {
            Assert.Null(AuditChain.FaultOf(seq, hash, line));
            (seq, hash) = (line.Seq, line.Hash);
        }
        Assert.True(seq > 0, "The audit log is empty.");
    }
}
