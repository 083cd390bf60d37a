using System.Buffers;
using LiveComments.Text;

namespace LiveComments.Moderation.Spam;

/// <summary>
/// What a model knows of a text: a sparse vector of numbers. Sequences of 3 to 5 characters, words and pairs of words of the folded text are hashed to one of <see cref="Hashed"/> places, and each kind has the length 1
/// together; behind them is one place for each property and each <see cref="SpamSign"/>. It rents its memory: dispose it.
/// </summary>
internal readonly ref struct SpamFeatures : IDisposable
{
    /// <summary>Places of hashed features. Twice as many make no better model of a thousand examples.</summary>
    public const int Hashed = 1 << 15;

    public const int Link = Hashed, VideoLink = Hashed + 1, Moment = Hashed + 2, FirstLength = Hashed + 3, FirstSign = Hashed + 8;

    /// <summary>More than one sign of advertising.</summary>
    public static readonly int SeveralSigns = FirstSign + SpamSign.All.Count;

    /// <summary>Places in all.</summary>
    public static readonly int Count = SeveralSigns + 1;

    /// <summary>Characters of the folded text that count: what a comment of Latin letters can have at most, and a bound for the cost of one that folds to more.</summary>
    public const int MaxCharacters = 600;

    /// <summary>Sequences of characters say more than single words about spellings that no example has.</summary>
    private const float SequenceLength = 1.5f;

    private const int Shortest = 3, Longest = 5;

    private static readonly int[] Lengths = [2, 6, 15, 40];

    private readonly int[] _places;
    private readonly float[] _values;
    private readonly int _count;

    private SpamFeatures(int[] places, float[] values, int count) => (_places, _values, _count) = (places, values, count);

    public ReadOnlySpan<int> Places => _places.AsSpan(0, _count);

    public ReadOnlySpan<float> Values => _values.AsSpan(0, _count);

    /// <param name="text">As it is written; links are read from it.</param>
    public static SpamFeatures Of(string text, in FoldedText folded)
    {
        Span<char> buffer = stackalloc char[MaxCharacters + 2];
        var words = Words(folded, buffer);
        var most = (words.Length * (Longest - Shortest + 3)) + Count - Hashed;
        var found = new Found(ArrayPool<int>.Shared.Rent(most), ArrayPool<float>.Shared.Rent(most));
        AddSequences(ref found, words);
        var count = AddWords(ref found, words);
        if (Links.Find(text, 0) is { Length: > 0 } link)
        {
            found.Add(Link, 1);
            var host = text.AsSpan(link.HostStart, link.HostLength);
            if (host.EndsWith("youtu.be", StringComparison.OrdinalIgnoreCase) || text.Contains("watch?v=", StringComparison.OrdinalIgnoreCase))
                found.Add(VideoLink, 1);
        }
        if (HasMoment(text))
            found.Add(Moment, 1);
        var length = 0;
        while (length < Lengths.Length && count > Lengths[length])
            length++;
        found.Add(FirstLength + length, 1);
        AddSigns(ref found, words);
        return new SpamFeatures(found.Places, found.Values, found.Count);
    }

    /// <summary>The folded text with one space before, between and behind its words.</summary>
    public static ReadOnlySpan<char> Words(in FoldedText folded, Span<char> buffer)
    {
        var characters = folded.Characters[..Math.Min(folded.Characters.Length, MaxCharacters)];
        buffer[0] = ' ';
        characters.Replace(buffer[1..], '.', ' ');
        buffer[characters.Length + 1] = ' ';
        return buffer[..(characters.Length + 2)];
    }

    /// <summary>The place of a word.</summary>
    public static int PlaceOf(ReadOnlySpan<char> word) => Place(Hash(word), 101);

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_places);
        ArrayPool<float>.Shared.Return(_values);
    }

    private static void AddSequences(ref Found found, ReadOnlySpan<char> words)
    {
        Span<ulong> seen = stackalloc ulong[Hashed / 64];
        seen.Clear();
        var first = found.Count;
        for (var start = 0; start + Shortest <= words.Length; start++)
        {
            var hash = Seed;
            for (var length = 1; length <= Longest && start + length <= words.Length; length++)
            {
                hash = Hash(hash, words[start + length - 1]);
                if (length >= Shortest)
                    found.AddOnce(Place(hash, (uint)length), seen);
            }
        }
        found.Scale(first, SequenceLength);
    }

    /// <summary>The number of words.</summary>
    private static int AddWords(ref Found found, ReadOnlySpan<char> words)
    {
        Span<ulong> seen = stackalloc ulong[Hashed / 64];
        seen.Clear();
        var (first, count) = (found.Count, 0);
        foreach (var word in words.Split(' '))
            if (words[word] is { Length: > 0 } characters)
            {
                count++;
                found.AddOnce(PlaceOf(characters), seen);
            }
        found.Scale(first, 1);
        seen.Clear();
        first = found.Count;
        uint? previous = null;
        foreach (var word in words.Split(' '))
            if (words[word] is { Length: > 0 } characters)
            {
                var hash = Hash(characters);
                if (previous is { } before)
                    found.AddOnce(Place((before * 31) + hash, 102), seen);
                previous = hash;
            }
        found.Scale(first, 1);
        return count;
    }

    private static void AddSigns(ref Found found, ReadOnlySpan<char> words)
    {
        if (!SpamSign.AnyIn(words))
            return;
        var signs = 0;
        for (var i = 0; i < SpamSign.All.Count; i++)
            if (SpamSign.All[i].IsIn(words))
            {
                signs += SpamSign.All[i].Prior > 0 ? 1 : 0;
                found.Add(FirstSign + i, 1);
            }
        if (signs > 1)
            found.Add(SeveralSigns, 1);
    }

    /// <summary>A moment of the video, such as <c>2:19</c>: who names one has watched.</summary>
    private static bool HasMoment(string text)
    {
        for (var colon = text.IndexOf(':'); colon > 0; colon = text.IndexOf(':', colon + 1))
            if (colon + 2 < text.Length && char.IsAsciiDigit(text[colon - 1]) && char.IsAsciiDigit(text[colon + 1]) && char.IsAsciiDigit(text[colon + 2])
                && (colon + 3 == text.Length || !char.IsAsciiLetterOrDigit(text[colon + 3])))
                return true;
        return false;
    }

    // FNV-1a over characters, then the finish of MurmurHash3 so that all bits count.
    private const uint Seed = 2_166_136_261;

    private static uint Hash(uint hash, char character) => (hash ^ character) * 16_777_619;

    private static uint Hash(ReadOnlySpan<char> characters)
    {
        var hash = Seed;
        foreach (var character in characters)
            hash = Hash(hash, character);
        return hash;
    }

    private static int Place(uint hash, uint kind)
    {
        hash ^= kind * 0x9E37_79B9;
        hash = (hash ^ (hash >> 16)) * 0x85EB_CA6B;
        hash = (hash ^ (hash >> 13)) * 0xC2B2_AE35;
        return (int)((hash ^ (hash >> 16)) & (Hashed - 1));
    }

    private struct Found(int[] places, float[] values)
    {
        public readonly int[] Places => places;

        public readonly float[] Values => values;

        public int Count { get; private set; }

        public void Add(int place, float value)
        {
            (places[Count], values[Count]) = (place, value);
            Count++;
        }

        public void AddOnce(int place, Span<ulong> seen)
        {
            var bit = 1UL << (place & 63);
            if ((seen[place >> 6] & bit) != 0)
                return;
            seen[place >> 6] |= bit;
            Add(place, 1);
        }

        /// <summary>Gives the features from here on this length together.</summary>
        public readonly void Scale(int first, float length)
        {
            if (Count > first)
                values.AsSpan(first, Count - first).Fill(length / MathF.Sqrt(Count - first));
        }
    }
}
