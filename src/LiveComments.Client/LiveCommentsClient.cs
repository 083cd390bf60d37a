using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiveComments.Client.Streams;

namespace LiveComments.Client;

/// <summary>
/// A client of one LiveComments server, for one person or for nobody. It is made once and used by any number of threads; no call blocks one. What passes by itself (a busy server, a lost
/// connection) is tried again for <see cref="LiveCommentsClientOptions.Patience"/>; every refusal is a <see cref="LiveCommentsException"/>. An event is named by its alias or its id.
/// </summary>
public sealed class LiveCommentsClient : IDisposable
{
    private readonly LiveCommentsClientOptions _options;
    private readonly Calls _calls;

    /// <summary>A client of the server at an address, without a log-in.</summary>
    /// <param name="server">The server's base address.</param>
    public LiveCommentsClient(Uri server)
        : this(new LiveCommentsClientOptions { Server = server })
    {
    }

    /// <summary>A client with options of its own.</summary>
    /// <param name="options">Where the server is, and who calls it.</param>
    /// <exception cref="ArgumentException">The address is not one of http or https.</exception>
    public LiveCommentsClient(LiveCommentsClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.Server.IsAbsoluteUri || options.Server.Scheme is not ("http" or "https"))
            throw new ArgumentException($"'{options.Server}' is no address of a server, such as https://live.example.org/.", nameof(options));
        _options = options;
        _calls = new Calls(options);
    }

    /// <summary>The log-in; null for nobody, and once it is over.</summary>
    public SignedIn? SignedIn => _calls.Credentials.SignedIn;

    /// <summary>Logs in. Calls and streams are this person's from then on, and the log-in is renewed as long as the server allows.</summary>
    /// <param name="name">The username, or the e-mail address.</param>
    /// <param name="password">The password.</param>
    /// <param name="code">The code of the authenticator, where the account has one.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <exception cref="LiveCommentsException">Such as <c>invalid-credentials</c> or <c>totp-required</c>.</exception>
    public async Task<SignedIn> LogInAsync(string name, string password, string? code = null, CancellationToken ct = default)
    {
        var body = new JsonObject { ["username"] = name, ["password"] = password };
        if (code is not null)
            body["code"] = code;
        var signedIn = await _calls.SendAsync(HttpMethod.Post, "auth/login", body, (_, json) => JsonSerializer.Deserialize(json, ClientJson.Default.SignedIn)!, ct, signs: false);
        _calls.Credentials.Set(signedIn);
        return signedIn;
    }

    /// <summary>Becomes a guest of an event that has them: calls and streams are this guest's from then on, as after a log-in. Nobody can be the same guest again once that is over.</summary>
    /// <param name="videoId">The event, by its alias or its id.</param>
    /// <param name="nickname">What the guest is shown by.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <exception cref="LiveCommentsException">Such as <c>account-required</c> where an event takes no guests, or <c>username-taken</c>.</exception>
    public async Task<SignedIn> ComeAsGuestAsync(string videoId, string nickname, CancellationToken ct = default)
    {
        var body = new JsonObject { ["videoID"] = videoId, ["displayName"] = nickname };
        var signedIn = await _calls.SendAsync(HttpMethod.Post, "auth/guest", body, (_, json) => JsonSerializer.Deserialize(json, ClientJson.Default.SignedIn)!, ct, signs: false);
        _calls.Credentials.Set(signedIn);
        return signedIn;
    }

    /// <summary>Exchanges the log-in for the next one now. Calls and streams do this by themselves in time.</summary>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The log-in from now on.</returns>
    /// <exception cref="LiveCommentsException"><c>invalid-token</c> when the log-in is over, <c>unauthenticated</c> when there is none.</exception>
    public async Task<SignedIn> RefreshAsync(CancellationToken ct = default) =>
        SignedIn is { } now && await _calls.Credentials.RenewAsync(now.Token, ct) && SignedIn is { } next
            ? next
            : throw new LiveCommentsException("unauthenticated", "There is no log-in that could be renewed.");

    /// <summary>Ends the log-in, here and on the server. Open streams of private events end; others go on without it.</summary>
    /// <param name="ct">Cancels the call.</param>
    /// <exception cref="LiveCommentsException">The server could not be told; the client forgets the log-in all the same.</exception>
    public async Task LogOutAsync(CancellationToken ct = default)
    {
        if (SignedIn is null)
            return;
        try
        {
            await _calls.SendAsync(HttpMethod.Post, "auth/logout", null, (_, _) => true, ct);
        }
        catch (LiveCommentsException over) when (over.Status == 401)
        {
            // It is over already.
        }
        finally
        {
            _calls.Credentials.Set(null);
        }
    }

    /// <summary>Reads an event.</summary>
    /// <param name="videoId">The event.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <exception cref="LiveCommentsException">Such as <c>event-not-found</c>, also for a private one that the caller may not read.</exception>
    public Task<LiveEvent> GetEventAsync(string videoId, CancellationToken ct = default) =>
        _calls.SendAsync(HttpMethod.Get, $"events/{Uri.EscapeDataString(videoId)}", null, (_, json) => JsonSerializer.Deserialize(json, ClientJson.Default.LiveEvent)!, ct);

    /// <summary>
    /// Writes a comment. It is stored when this returns, once, however often it had to be sent: every try carries the same idempotency key.
    /// </summary>
    /// <param name="videoId">The event.</param>
    /// <param name="text">At most 500 characters.</param>
    /// <param name="options">What it replies to, and its key; null for neither.</param>
    /// <param name="ct">Stops trying. The comment may be stored then: posting again with the same key says.</param>
    /// <exception cref="LiveCommentsException">
    /// Refused: nothing was stored. <see cref="ClientCodes.OutcomeUnknown"/>: nobody knows; post again with <see cref="LiveCommentsException.IdempotencyKey"/> later.
    /// </exception>
    public async Task<PostedComment> PostAsync(string videoId, string text, PostOptions? options = null, CancellationToken ct = default)
    {
        var body = new JsonObject { ["commentText"] = text };
        if (options?.ReplyTo is { } parent)
            body["replyToCommentID"] = parent.ToString();
        if (options is { IsQuestion: true })
            body["question"] = true;
        // Keys that begin with a time are stored faster than random ones.
        var key = options?.IdempotencyKey ?? Guid.CreateVersion7(_options.Time.GetUtcNow()).ToString("N");
        try
        {
            return await _calls.SendAsync(HttpMethod.Post, Comments(videoId), body, (_, json) => JsonSerializer.Deserialize(json, ClientJson.Default.PostedComment)!, ct, add: headers =>
            {
                headers.Add("Idempotency-Key", key);
                if (options?.ChallengeAnswer is { } answer)
                    headers.Add("X-Challenge-Answer", answer);
            });
        }
        catch (LiveCommentsException problem)
        {
            throw problem.WithKey(key);
        }
    }

    /// <summary>Deletes a comment: one's own, or anybody's as a moderator. It is gone from every path within a second.</summary>
    /// <param name="videoId">The event.</param>
    /// <param name="commentId">The comment. One that is deleted already is no error.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <exception cref="LiveCommentsException">Such as <c>forbidden</c>.</exception>
    public Task DeleteAsync(string videoId, Guid commentId, CancellationToken ct = default) =>
        _calls.SendAsync(HttpMethod.Delete, $"{Comments(videoId)}/{commentId}", null, (_, _) => true, ct);

    /// <summary>Gives a reaction to a comment, in place of what one gave before, or takes it back.</summary>
    /// <param name="videoId">The event.</param>
    /// <param name="commentId">The comment.</param>
    /// <param name="reaction">Null takes it back.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The comment's counts by plural names, such as <c>likes</c>.</returns>
    /// <exception cref="LiveCommentsException">Such as <c>unknown-reaction</c> where the event does not allow it.</exception>
    public Task<IReadOnlyDictionary<string, int>> ReactAsync(string videoId, Guid commentId, Reaction? reaction, CancellationToken ct = default)
    {
        if (reaction is { } given && !Enum.IsDefined(given))
            throw new ArgumentOutOfRangeException(nameof(reaction), reaction, "There is no such reaction.");
        return _calls.SendAsync(
            reaction is null ? HttpMethod.Delete : HttpMethod.Post,
            $"{Comments(videoId)}/{commentId}/reactions",
            reaction is { } type ? new JsonObject { ["reactionType"] = type.ToString().ToLowerInvariant() } : null,
            (_, json) => JsonSerializer.Deserialize(json, ClientJson.Default.ReactionAnswer)!.ReactionCount,
            ct);
    }

    /// <summary>Reads the questions of an event, those with the most likes first: a vote is a like, given as to any comment (<see cref="ReactAsync"/>).</summary>
    /// <param name="videoId">The event.</param>
    /// <param name="status"><c>open</c> or <c>answered</c>; null for both.</param>
    /// <param name="limit">At most so many, up to 500. More follow with <see cref="NextPageAsync"/>.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <exception cref="LiveCommentsException">Such as <c>event-not-found</c>.</exception>
    public Task<CommentPage> ReadQuestionsAsync(string videoId, string? status = null, int limit = 50, CancellationToken ct = default) =>
        PageAsync($"{Questions(videoId)}?limit={limit}{(status is null ? "" : $"&status={Uri.EscapeDataString(status)}")}", ct);

    /// <summary>Says whether a question was answered, as a moderator.</summary>
    /// <param name="videoId">The event.</param>
    /// <param name="commentId">The question. One that is so already is no error.</param>
    /// <param name="isAnswered">False opens it again.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <exception cref="LiveCommentsException">Such as <c>forbidden</c>, or <c>question-not-found</c> for a comment that is none.</exception>
    public Task MarkQuestionAsync(string videoId, Guid commentId, bool isAnswered = true, CancellationToken ct = default) =>
        _calls.SendAsync(HttpMethod.Patch, $"{Questions(videoId)}/{commentId}", new JsonObject { ["status"] = isAnswered ? "answered" : "open" }, (_, _) => true, ct);

    /// <summary>Puts a comment on stage, where everybody sees it large, in place of any other; as a moderator.</summary>
    /// <param name="videoId">The event.</param>
    /// <param name="commentId">The comment; null takes the one off that is there.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <exception cref="LiveCommentsException">Such as <c>forbidden</c>, or <c>comment-removed</c>.</exception>
    public Task PutOnStageAsync(string videoId, Guid? commentId, CancellationToken ct = default)
    {
        var path = $"live/{Uri.EscapeDataString(videoId)}/moderation/stage";
        return commentId is { } comment
            ? _calls.SendAsync(HttpMethod.Put, path, new JsonObject { ["commentID"] = comment.ToString() }, (_, _) => true, ct)
            : _calls.SendAsync(HttpMethod.Delete, path, null, (_, _) => true, ct);
    }

    /// <summary>Reads the polls of an event, in the order in which they were opened.</summary>
    /// <param name="videoId">The event.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <exception cref="LiveCommentsException">Such as <c>event-not-found</c>.</exception>
    public Task<IReadOnlyList<LivePoll>> ReadPollsAsync(string videoId, CancellationToken ct = default) =>
        _calls.SendAsync<IReadOnlyList<LivePoll>>(HttpMethod.Get, Polls(videoId), null, (_, json) => JsonSerializer.Deserialize(json, ClientJson.Default.LivePollArray)!, ct);

    /// <summary>Opens a poll, as a moderator. One that is open with the same question and options is answered.</summary>
    /// <param name="videoId">The event.</param>
    /// <param name="question">At most 200 characters.</param>
    /// <param name="options">2 to 10 texts of at most 80 characters.</param>
    /// <param name="how">How it is run; null for a poll that a moderator closes and that shows its counts.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <exception cref="LiveCommentsException">Such as <c>forbidden</c>, or <c>poll-open</c> while another one is.</exception>
    public Task<LivePoll> OpenPollAsync(string videoId, string question, IEnumerable<string> options, PollOptions? how = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var body = new JsonObject { ["question"] = question, ["options"] = new JsonArray([.. options.Select(option => JsonValue.Create(option))]) };
        if (how is { IsSecret: true })
            body["results"] = "closed";
        if (how?.ClosesAfter is { } time)
            body["seconds"] = (long)time.TotalSeconds;
        return _calls.SendAsync(HttpMethod.Post, Polls(videoId), body, ReadPoll, ct);
    }

    /// <summary>Closes a poll, as a moderator. No vote is taken any more.</summary>
    /// <param name="videoId">The event.</param>
    /// <param name="pollId">The poll. One that is closed already is no error.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The poll with its final counts.</returns>
    /// <exception cref="LiveCommentsException">Such as <c>forbidden</c>.</exception>
    public Task<LivePoll> ClosePollAsync(string videoId, Guid pollId, CancellationToken ct = default) =>
        _calls.SendAsync(HttpMethod.Patch, $"{Polls(videoId)}/{pollId}", new JsonObject { ["status"] = "closed" }, ReadPoll, ct);

    /// <summary>Takes a poll away, as a moderator. It is shown nowhere any more.</summary>
    /// <param name="videoId">The event.</param>
    /// <param name="pollId">The poll. One that was taken away already is no error.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <exception cref="LiveCommentsException">Such as <c>forbidden</c>.</exception>
    public Task DeletePollAsync(string videoId, Guid pollId, CancellationToken ct = default) =>
        _calls.SendAsync(HttpMethod.Delete, $"{Polls(videoId)}/{pollId}", null, (_, _) => true, ct);

    /// <summary>Votes in a poll, in place of what one chose before.</summary>
    /// <param name="videoId">The event.</param>
    /// <param name="pollId">The poll.</param>
    /// <param name="option">Counted from 0.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>What was voted, with this vote.</returns>
    /// <exception cref="LiveCommentsException">Such as <c>poll-closed</c>.</exception>
    public Task<PollCounts> VoteAsync(string videoId, Guid pollId, int option, CancellationToken ct = default) =>
        _calls.SendAsync(HttpMethod.Put, $"{Polls(videoId)}/{pollId}/vote", new JsonObject { ["option"] = option }, (_, json) => JsonSerializer.Deserialize(json, ClientJson.Default.PollCounts)!, ct);

    /// <summary>Reads a page of comments: the newest, unless something else is asked for.</summary>
    /// <param name="videoId">The event.</param>
    /// <param name="query">Which ones; null for the newest.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <exception cref="LiveCommentsException">Such as <c>position-gone</c> for a position from before a restore.</exception>
    public Task<CommentPage> ReadPageAsync(string videoId, CommentQuery? query = null, CancellationToken ct = default) => PageAsync(Comments(videoId) + (query ?? new CommentQuery()).ToQuery(), ct);

    /// <summary>Reads the page after another one.</summary>
    /// <param name="page">A page that was read.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>Null when there is none.</returns>
    public async Task<CommentPage?> NextPageAsync(CommentPage page, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(page);
        return page.Next is { } next ? await PageAsync(next.OriginalString, ct) : null;
    }

    /// <summary>Reads the page before another one.</summary>
    /// <param name="page">A page that was read.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>Null when there is none.</returns>
    public async Task<CommentPage?> PreviousPageAsync(CommentPage page, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(page);
        return page.Previous is { } previous ? await PageAsync(previous.OriginalString, ct) : null;
    }

    /// <summary>
    /// Watches an event: everything that happens in it, in order and each once, across every cut. It comes back when and as the server says, and by itself after everything that passes; what
    /// could not be given is said (<see cref="BatchMessage.Skipped"/>, <see cref="ResetMessage"/>). Nothing is read ahead: memory does not grow when the loop is slow, and a loop that takes
    /// nothing for ten seconds is cut off and resumes. It is of whoever is logged in when it begins.
    /// </summary>
    /// <param name="videoId">The event.</param>
    /// <param name="options">From where and how; null for from now.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="LiveCommentsException">
    /// Coming back is useless: such as <c>event-not-found</c>, also when the event was deleted or is private now, <c>invalid-token</c> when the log-in is over, or <c>network-blocked</c>.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IAsyncEnumerable<StreamMessage> WatchAsync(string videoId, WatchOptions? options = null, CancellationToken ct = default) =>
        new Watcher(_calls, _options.Time, $"{Comments(videoId)}/stream", options ?? new WatchOptions()).RunAsync(ct);

    /// <summary>Closes its connections. Watching ends with an error.</summary>
    public void Dispose() => _calls.Dispose();

    private static string Comments(string videoId) => $"live/{Uri.EscapeDataString(videoId)}/comments";

    private static string Questions(string videoId) => $"live/{Uri.EscapeDataString(videoId)}/questions";

    private static string Polls(string videoId) => $"live/{Uri.EscapeDataString(videoId)}/polls";

    private static LivePoll ReadPoll(HttpResponseMessage answer, byte[] json) => JsonSerializer.Deserialize(json, ClientJson.Default.LivePoll)!;

    private Task<CommentPage> PageAsync(string path, CancellationToken ct) => _calls.SendAsync(HttpMethod.Get, path, null, (answer, json) => new CommentPage
    {
        Comments = JsonSerializer.Deserialize(json, ClientJson.Default.LiveCommentArray)!,
        Position = answer.Headers.TryGetValues("LiveComments-Position", out var positions) && LogPosition.TryParse(positions.First(), null, out var position) ? position : null,
        Next = Link(answer.Headers, "next"),
        Previous = Link(answer.Headers, "prev"),
    }, ct);

    /// <summary>The path that a <c>Link</c> header gives for a relation; null when there is none.</summary>
    private static Uri? Link(HttpResponseHeaders headers, string relation)
    {
        if (!headers.TryGetValues("Link", out var links))
            return null;
        var link = links.SelectMany(line => line.Split(", ")).FirstOrDefault(one => one.StartsWith('<') && one.EndsWith($"; rel=\"{relation}\"", StringComparison.Ordinal));
        return link is null ? null : new Uri(link[1..link.IndexOf('>')], UriKind.Relative);
    }
}
