using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Log;

namespace LiveComments.Benchmarks;

/// <summary>Comments as they are in a busy chat: 14 characters on average.</summary>
internal static class Sample
{
    public static readonly string[] Texts = ["gg", "LET'S GOOO 🔥🔥", "who is that?", "🔥", "that was so close, I can't", "hello from Lisbon"];

    public static CommentDraft Draft(int number) => new(
        CommentId.New(TimeProvider.System), AuthorOf(number), Texts[number % Texts.Length], null, [], null,
        new IdempotencyKey($"{number:D10}", (UInt128)number));

    public static Author AuthorOf(int number) => new(new UserId(new Guid(number % 5_000, 0, 0, new byte[8])), $"viewer{number % 5_000}", $"Viewer {number % 5_000}", null, Role.Viewer);

    public static CommentEntry Entry(long seq, long epoch = 1)
    {
        var number = (int)(seq % int.MaxValue);
        return new CommentEntry(seq, new Comment(
            CommentId.New(TimeProvider.System), AuthorOf(number), Texts[number % Texts.Length], DateTimeOffset.UnixEpoch.AddSeconds(1_800_000_000), new Position(epoch, seq), null, 0, [], default));
    }
}
