using BenchmarkDotNet.Attributes;
using LiveComments.Comments;
using LiveComments.Ingest;
using Microsoft.Extensions.Options;

namespace LiveComments.Benchmarks;

/// <summary>The stages a comment passes before its room.</summary>
public class IngestBenchmarks
{
    private readonly UserLimits _limits = new(Options.Create(new LimitsOptions { CommentsPerSecond = 1_000, CommentBurst = 1_000 }), TimeProvider.System);
    private readonly UserId _user = UserId.New(TimeProvider.System);

    // In fields, or the compiler would work them out once and for all.
    private readonly string _ascii = string.Concat("that was so close", ", I can't ".AsSpan());
    private readonly string _unicode = string.Concat("Grüße aus Köln 🔥🔥 ", "e\u0301".AsSpan());

    [Benchmark]
    public string NormalizeAscii() => CommentText.Normalize(_ascii, out var text) is null ? text : "";

    [Benchmark]
    public string NormalizeUnicode() => CommentText.Normalize(_unicode, out var text) is null ? text : "";

    [Benchmark]
    public int FindMentions() => MentionedNames.Find("@alice and @bob: look at this").Count;

    [Benchmark]
    public bool TakeFromLimit() => _limits.TakeComment(_user, out _) is null;
}
