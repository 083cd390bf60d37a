using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Log;
using LiveComments.Reactions;

namespace LiveComments.Serialization;

/// <summary>Comments, what they are made of, and cards, in messages.</summary>
internal static class CommentFormat
{
    public static void Write(MessageWriter to, Comment comment) => to.Block(comment, static (to, comment) =>
    {
        to.Id(comment.Id.Value);
        Write(to, comment.Author);
        to.Text(comment.Text);
        to.Time(comment.Time);
        to.Position(comment.Position);
        to.IdOrNull(comment.ReplyTo?.Value);
        to.Number(comment.ReplyCount);
        Write(to, comment.Mentions);
        Write(to, comment.Reactions);
        if (comment.Question is { } question)
            to.Number((byte)question);
    });

    public static Comment ReadComment(ref MessageReader from) => from.Block(static (ref MessageReader from) => new Comment(
        new CommentId(from.Id()), ReadAuthor(ref from), from.Text(), from.Time(), from.Position(), ReadIdOrNull(ref from), from.Int(), ReadMentions(ref from), ReadTally(ref from),
        from.HasMore ? (QuestionStatus)from.Int() : null));

    public static void Write(MessageWriter to, Author author) => to.Block(author, static (to, author) =>
    {
        to.Id(author.Id.Value);
        to.Text(author.Username);
        to.Text(author.DisplayName);
        to.TextOrNull(author.AvatarUrl);
        to.Number((byte)author.Role);
    });

    public static Author ReadAuthor(ref MessageReader from) =>
        from.Block(static (ref MessageReader from) => new Author(new UserId(from.Id()), from.Text(), from.Text(), from.TextOrNull(), (Role)from.Int()));

    public static void Write(MessageWriter to, IReadOnlyList<Mention> mentions) => to.List(mentions, static (to, mention) =>
    {
        to.Id(mention.UserId.Value);
        to.Text(mention.Username);
    });

    public static Mention[] ReadMentions(ref MessageReader from) => from.List(static (ref MessageReader mention) => new Mention(new UserId(mention.Id()), mention.Text()));

    public static void Write(MessageWriter to, ClientProgram? client)
    {
        to.Flag(client is not null);
        if (client is null)
            return;
        to.TextOrNull(client.Platform);
        to.TextOrNull(client.Version);
    }

    public static ClientProgram? ReadClient(ref MessageReader from) => from.Flag() ? new ClientProgram(from.TextOrNull(), from.TextOrNull()) : null;

    public static void Write(MessageWriter to, ReactionTally tally) => to.Block(tally, static (to, tally) =>
    {
        to.Number(tally.Version);
        to.Number(tally.Counts.Likes);
        to.Number(tally.Counts.Loves);
        to.Number(tally.Counts.Hahas);
        to.Number(tally.Counts.Wows);
        to.Number(tally.Counts.Sads);
        to.Number(tally.Counts.Angries);
    });

    public static ReactionTally ReadTally(ref MessageReader from) =>
        from.Block(static (ref MessageReader from) => new ReactionTally(from.Number(), new ReactionCounts(from.Int(), from.Int(), from.Int(), from.Int(), from.Int(), from.Int())));

    public static void Write(MessageWriter to, Card card)
    {
        to.Id(card.Id);
        to.Text(card.Type);
        to.Text(card.State);
    }

    public static Card ReadCard(ref MessageReader from) => new(from.Id(), from.Text(), from.Text());

    public static CommentId? ReadIdOrNull(ref MessageReader from) => from.IdOrNull() is { } id ? new CommentId(id) : null;
}
