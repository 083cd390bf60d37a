using BenchmarkDotNet.Attributes;
using LiveComments.Ingest;
using Microsoft.Extensions.Options;

namespace LiveComments.Benchmarks;

/// <summary>The stages a comment passes before its room.</summary>
public class IngestBenchmarks
{
    private readonly UserLimits _limits = new(Options.Create(new LimitsOptions { CommentsPerSecond = 1_000, CommentBurst = 1_000 }), TimeProvider.System);
    private readonly UserId _user = UserId.New(TimeProvider.System);

    [Benchmark]
    public Error? NormalizeAscii() => CommentText.Normalize("that was so close, I can't", out _);

    [Benchmark]
    public Error? NormalizeUnicode() => CommentText.Normalize("Grüße aus Köln 🔥🔥 e\u0301", out _);

    [Benchmark]
    public int FindMentions() => MentionedNames.Find("@alice and @bob: look at this").Count;

    [Benchmark]
    public TimeSpan? TakeFromLimit() => _limits.TakeComment(_user);
}
