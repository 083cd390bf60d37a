using System.Text;
using LiveComments.Load.Check;
using LiveComments.Load.Net;
using LiveComments.Load.Protocol;

namespace LiveComments.Load.Posting;

/// <summary>A keep-alive connection that posts one comment after another, each with its own user's token.</summary>
internal sealed class HttpPoster(Loop loop, Endpoint endpoint, Action<HttpPoster, Answer, long> answered) : HttpConnection(loop, endpoint)
{
    private byte[] _request = [];

    /// <summary>The post under way; null when the connection is free.</summary>
    public Post? Post { get; private set; }

    /// <summary>How each connection ended that this program did not end.</summary>
    public List<string> Ended { get; } = [];

    /// <param name="path"><c>/live/{videoID}/comments</c>.</param>
    /// <param name="address">From where it comes, as a trusted proxy says; null for nothing said.</param>
    public void Send(Post post, string path, string token, string? address = null)
    {
        Post = post;
        var body = Messages.CommentBody(post.Text);
        _request =
        [
            .. Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: {Endpoint.Host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
                + $"Idempotency-Key: {post.IdempotencyKey}\r\nContent-Length: {body.Length}\r\n{(address is null ? "" : $"X-Forwarded-For: {address}\r\n")}\r\n"),
            .. body,
        ];
        if (IsOpen)
            Write(_request);
        else
            Open();
    }

    protected override void OnConnected() => Write(_request);

    protected override void OnResponse(HttpResponse response, ReadOnlySpan<byte> body, long now)
    {
        if (Post is not { } post)
            throw new InvalidDataException("An answer came that nobody asked for.");
        Post = null;
        var answer = body.Length > 0 && body[0] == '{' ? Answer.Read(body, post.Number) : new Answer(post.Number, default, 0, null, 0);
        if (response.Status >= 300 && answer.Code is null)
            answer = answer with { Code = $"status-{response.Status}" };
        answered(this, answer with { RetryAfter = response.RetryAfter }, now);
    }

    protected override void OnClosed(string reason)
    {
        Ended.Add(reason);
        if (Post is not { } post)
            return;
        Post = null;
        answered(this, new Answer(post.Number, default, 0, PostOffice.NoAnswer, 0), Clock.Now);
    }
}
