using System.Buffers;
using LiveComments.Comments;

namespace LiveComments.Server.Commands;

/// <summary>Comments in one format of <c>export</c>, as UTF-8.</summary>
internal abstract class CommentWriter(Stream stream)
{
    /// <summary>What is written and not flushed yet.</summary>
    protected ArrayBufferWriter<byte> Buffer { get; } = new(64 * 1024);

    /// <summary>What stands before the first comment.</summary>
    public virtual void Begin()
    {
    }

    public abstract void Write(Comment comment);

    public async ValueTask FlushAsync(CancellationToken ct)
    {
        await stream.WriteAsync(Buffer.WrittenMemory, ct);
        Buffer.ResetWrittenCount();
    }
}
