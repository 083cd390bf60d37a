using BenchmarkDotNet.Attributes;
using LiveComments.Moderation;
using LiveComments.Moderation.Spam;
using LiveComments.Moderation.Words;
using LiveComments.Text;

namespace LiveComments.Benchmarks;

/// <summary>What it costs to judge a text: lines as they are in a chat, and the longest comment of words that a list may have.</summary>
public class ModerationBenchmarks
{
    private readonly string _long = string.Join(' ', Enumerable.Repeat("that was so cl0se", 28));
    private int _next;

    // To be read before the first measurement.
    private readonly Score _warm = TextScorer.Of("hello");

    [Benchmark]
    public int Fold()
    {
        using var folded = FoldedText.Of(Next());
        return folded.Characters.Length;
    }

    [Benchmark]
    public double FoldAndModel()
    {
        var text = Next();
        using var folded = FoldedText.Of(text);
        return SpamModel.Default.Judge(text, folded).Value;
    }

    [Benchmark]
    public bool FoldAndWords()
    {
        using var folded = FoldedText.Of(Next());
        return (Profanity.Held.Find(folded) ?? Profanity.Mild.Find(folded)) is not null;
    }

    [Benchmark]
    public double Everything() => TextScorer.Of(Next()).Value + _warm.Value;

    [Benchmark]
    public double EverythingOfTheLongest() => TextScorer.Of(_long).Value;

    private string Next() => Sample.Texts[_next++ % Sample.Texts.Length];
}
