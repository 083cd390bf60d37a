using System.Buffers.Binary;
using System.Runtime.InteropServices;
using LiveComments.Text;

namespace LiveComments.Moderation.Spam;

/// <summary>
/// Tells advertising from conversation: a logistic regression over <see cref="SpamFeatures"/>, made by <see cref="SpamTraining"/> from comments that people have labelled. docs/moderation.md says from
/// which, with what result, and how to make it again.
/// </summary>
public sealed class SpamModel
{
    /// <summary>Below it a score has no reasons: nobody would ask for them.</summary>
    private const double ExplainedFrom = 0.2;

    /// <summary>What something must add to the logarithm of the odds to be named as a reason.</summary>
    private const float NamedFrom = 0.25f;

    private const int MaxWordsNamed = 3, MinLetters = 4;

    private const string HasLink = "has a link";

    private static readonly Lazy<SpamModel> Shipped = new(() => Read(typeof(SpamModel).Assembly.GetManifestResourceStream("spam.model")!));

    private readonly sbyte[] _hashed;
    private readonly float[] _weights;

    /// <param name="hashed">Weights of the hashed features, in units of the scale.</param>
    /// <param name="weights">The bias, the scale of the hashed weights, and the weights of the other features.</param>
    private SpamModel(sbyte[] hashed, float[] weights) => (_hashed, _weights) = (hashed, weights);

    /// <summary>The model that ships with the program.</summary>
    public static SpamModel Default => Shipped.Value;

    /// <summary>"LCSPAM" and the version of the form and of the features.</summary>
    private static ReadOnlySpan<byte> Magic => "LCSPAM01"u8;

    /// <summary>Makes a model of exact weights; a byte each is enough for those of hashed features.</summary>
    internal static SpamModel Of(double bias, ReadOnlySpan<double> weights)
    {
        var hashed = weights[..SpamFeatures.Hashed];
        var scale = 0.0;
        foreach (var weight in hashed)
            scale = Math.Max(scale, Math.Abs(weight) / sbyte.MaxValue);
        var rounded = new sbyte[SpamFeatures.Hashed];
        for (var i = 0; i < rounded.Length && scale > 0; i++)
            rounded[i] = (sbyte)Math.Round(hashed[i] / scale);
        float[] others = [(float)bias, (float)scale, .. weights[SpamFeatures.Hashed..].ToArray().Select(weight => (float)weight)];
        return new SpamModel(rounded, others);
    }

    /// <summary>How likely the text is advertising, with reasons where it may be.</summary>
    /// <param name="text">As <see cref="Comments.CommentText"/> has normalised it.</param>
    public Score Judge(string text, in FoldedText folded)
    {
        using var features = SpamFeatures.Of(text, folded);
        var value = 1 / (1 + Math.Exp(-Sum(features)));
        return new Score(value, value < ExplainedFrom ? null : Reasons(features, folded));
    }

    /// <exception cref="InvalidDataException">It is not a model, or one of another version of the program.</exception>
    public static SpamModel Read(Stream stream)
    {
        var numbers = new float[2 + SpamFeatures.Count - SpamFeatures.Hashed];
        var expected = Magic.Length + (numbers.Length * sizeof(float)) + SpamFeatures.Hashed;
        var bytes = new byte[expected + 1];
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) != expected || !bytes.AsSpan().StartsWith(Magic))
            throw new InvalidDataException("This is not a spam model of this version of LiveComments. Make it again with the command train.");
        var rest = bytes.AsSpan(Magic.Length, expected - Magic.Length);
        foreach (ref var number in numbers.AsSpan())
        {
            number = BinaryPrimitives.ReadSingleLittleEndian(rest);
            rest = rest[sizeof(float)..];
        }
        return new SpamModel(MemoryMarshal.Cast<byte, sbyte>(rest).ToArray(), numbers);
    }

    public void Write(Stream stream)
    {
        stream.Write(Magic);
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        foreach (var number in _weights)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, number);
            stream.Write(bytes);
        }
        stream.Write(MemoryMarshal.AsBytes(_hashed.AsSpan()));
    }

    private float Weight(int place) => place < SpamFeatures.Hashed ? _hashed[place] * _weights[1] : _weights[2 + place - SpamFeatures.Hashed];

    private double Sum(in SpamFeatures features)
    {
        double sum = _weights[0];
        for (var i = 0; i < features.Places.Length; i++)
            sum += Weight(features.Places[i]) * features.Values[i];
        return sum;
    }

    private List<string> Reasons(in SpamFeatures features, in FoldedText folded)
    {
        var reasons = new List<string>();
        foreach (var place in features.Places)
            if (place >= SpamFeatures.Hashed && Weight(place) >= NamedFrom)
            {
                if (place == SpamFeatures.Link)
                    reasons.Insert(0, HasLink);
                else if (place >= SpamFeatures.FirstSign && place < SpamFeatures.SeveralSigns)
                    reasons.Add(SpamSign.All[place - SpamFeatures.FirstSign].Reason);
            }
        // Words of a link say nothing to a reader.
        if (reasons.Count < 2 && !reasons.Contains(HasLink) && TellingWords(folded) is { Length: > 0 } words)
            reasons.Add($"has words of advertising: {words}");
        if (reasons.Count == 0)
            reasons.Add("reads like advertising");
        return reasons;
    }

    /// <summary>The words that speak most for advertising.</summary>
    private string TellingWords(in FoldedText folded)
    {
        Span<char> buffer = stackalloc char[SpamFeatures.MaxCharacters + 2];
        var words = SpamFeatures.Words(folded, buffer).ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return string.Join(" / ", words.Distinct().Where(word => word.Length >= MinLetters).Select(word => (word, weight: Weight(SpamFeatures.PlaceOf(word))))
            .Where(word => word.weight >= NamedFrom).OrderByDescending(word => word.weight).Take(MaxWordsNamed).Select(word => word.word));
    }
}
