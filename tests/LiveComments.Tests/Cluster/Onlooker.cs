using LiveComments.Client;
using LiveComments.Client.Streams;
using LiveComments.Tests.Client;

namespace LiveComments.Tests.Cluster;

/// <summary>Somebody who watches an event with the client package, and what their page shows of its poll, its questions and its stage.</summary>
internal sealed class Onlooker(IAsyncEnumerable<StreamMessage> messages) : IAsyncDisposable
{
    private readonly Watching _watching = new(messages);
    private readonly Dictionary<Guid, string> _questions = [];
    private readonly Dictionary<Guid, string> _texts = [];
    private readonly Dictionary<Guid, (long Version, int Likes)> _likes = [];
    private readonly Dictionary<Guid, (long Version, string Counts)> _votes = [];
    private LivePoll? _poll;
    private Guid? _staged;
    private long _head = long.MaxValue;

    /// <summary>Up to here everything was shown.</summary>
    public LogPosition Position { get; private set; }

    /// <summary>The poll with its votes, and the comment on stage with its likes.</summary>
    public string Shows => $"{(_poll is null ? "no poll" : $"{_poll.Question} {_poll.Status} {_votes[_poll.Id].Counts}")}; on stage: {(_staged is { } staged ? $"{Named(staged)}, {_likes.GetValueOrDefault(staged).Likes} likes" : "nothing")}";

    /// <summary>The questions that it was shown.</summary>
    public string Questions => string.Join(", ", _questions.Keys.Select(Named));

    /// <summary>Watches on until all of the log is shown, and with it this.</summary>
    public async Task UntilAsync(string shows, string? questions = null)
    {
        while (Position.Seq < _head || Shows != shows || (questions is not null && Questions != questions))
            try
            {
                Take(await _watching.NextAsync());
            }
            catch (TimeoutException)
            {
                Assert.Fail($"At {Position} it is left with '{Shows}' and the questions '{Questions}', not with '{shows}' and '{questions}'.");
            }
    }

    public ValueTask DisposeAsync() => _watching.DisposeAsync();

    private string Named(Guid comment) => $"{_texts[comment]}{(_questions.TryGetValue(comment, out var status) ? $" {status}" : "")}";

    private void Take(StreamMessage message)
    {
        switch (message)
        {
            case HelloMessage hello:
                (Position, _head) = (hello.Position, hello.Head.Seq);
                _staged = Read(hello.Event.Stage);
                Take(hello.Event.Poll);
                break;
            case BatchMessage batch:
                Assert.Equal((Position.Seq + 1, 0), (batch.From, batch.Skipped));
                foreach (var entry in batch.Entries)
                    Take(entry);
                Position = batch.Position;
                break;
            case ReactionsMessage { Counts: var counts }:
                foreach (var count in counts)
                    if (count.Version > _likes.GetValueOrDefault(count.CommentId).Version)
                        _likes[count.CommentId] = (count.Version, count.Reactions.GetValueOrDefault("likes"));
                break;
            case VotesMessage { Polls: var polls }:
                foreach (var poll in polls)
                    Take(poll.PollId, poll.Version, poll.Votes, poll.Counts!);
                break;
            case ResetMessage or DisconnectedMessage:
                Assert.Fail($"It was cut off: {message}");
                break;
            default:
                break;
        }
    }

    private void Take(LogEntry entry)
    {
        switch (entry)
        {
            case CommentEntry { Comment: var comment }:
                Read(comment);
                break;
            case RemovedEntry { CommentId: var removed }:
                _questions.Remove(removed);
                if (_staged == removed)
                    _staged = null;
                break;
            case CardEntry { Card.Question: { } question }:
                // It may be about a comment that this viewer was never shown.
                if (_texts.ContainsKey(question.CommentId))
                    _questions[question.CommentId] = question.Status;
                break;
            case CardEntry { Card.Poll: { } poll }:
                Take(poll);
                break;
            case CardEntry { Card.Type: "stage", Comment: var staged }:
                _staged = Read(staged);
                break;
            default:
                break;
        }
    }

    private void Take(LivePoll? poll)
    {
        if (poll is null)
            return;
        Take(poll.Id, poll.Version, poll.Votes, poll.Counts!);
        if (_poll is null || poll.Revision > _poll.Revision)
            _poll = poll;
    }

    private void Take(Guid poll, long version, int votes, IReadOnlyList<int> counts)
    {
        Assert.Equal(votes, counts.Sum());
        if (!_votes.TryGetValue(poll, out var known) || version > known.Version)
            _votes[poll] = (version, string.Join(':', counts));
    }

    /// <summary>What a comment says of itself, as far as nothing newer is known.</summary>
    private Guid? Read(LiveComment? comment)
    {
        if (comment is null)
            return null;
        _texts[comment.Id] = comment.Text;
        if (comment.Question is { } question)
            _questions[comment.Id] = question;
        if (comment.Reactions.TryGetValue("likes", out var likes) && !_likes.ContainsKey(comment.Id))
            _likes[comment.Id] = (0, likes);
        return comment.Id;
    }
}
