using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LiveComments.Events;
using LiveComments.Feeds;
using LiveComments.Log;
using LiveComments.Tests.Feeds;
using LiveComments.Wire;

namespace LiveComments.Tests.Wire;

/// <summary>What viewers share, compressed.</summary>
public sealed class MessageDeflateTests
{
    [Fact]
    public void What_is_compressed_reads_as_it_was_and_is_smaller() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Arb.From(Texts), text =>
        {
            var json = Encoding.UTF8.GetBytes(text);
            var frame = WireFormat.EncodeShared(Framing.DeflatedWebSocket, json, null);
            if (frame[0] == 0x81)
                return frame.SequenceEqual(WireFormat.Encode(Framing.WebSocket, json, null));
            var payload = frame.AsSpan(frame[1] switch { 126 => 4, 127 => 10, _ => 2 });
            var read = new byte[json.Length];
            return frame[0] == 0xC1 && payload.Length < json.Length && !payload.EndsWith(new byte[] { 0, 0, 0xFF, 0xFF }) && TestConnection.Inflated(payload) == text
                && MessageDeflate.Inflate(payload, read) == json.Length && read.SequenceEqual(json)
                && MessageDeflate.Inflate(payload, read.AsSpan(1)) is null;
        }));

    [Fact]
    public void A_batch_is_compressed_for_everybody_and_what_is_for_one_viewer_is_not()
    {
        Entry[] entries = [.. Enumerable.Range(1, 20).Select(seq => new StatusEntry(seq, default, EventStatus.Live))];
        var batch = new Batch(0, 1, entries, [.. entries.Take(10)], 10, 0);
        foreach (var sampled in new[] { false, true })
        {
            var plain = batch.Encoded(Framing.WebSocket, sampled)!;
            var compressed = batch.Encoded(Framing.DeflatedWebSocket, sampled)!;
            Assert.Same(compressed, batch.Encoded(Framing.DeflatedWebSocket, sampled));
            Assert.Equal((0x81, 0xC1), (plain[0], compressed[0]));
            Assert.InRange(compressed.Length, 1, plain.Length / 2);
            Assert.Equal(Encoding.UTF8.GetString(plain.AsSpan(4)), TestConnection.Inflated(compressed.AsSpan(compressed[1] == 126 ? 4 : 2)));
        }
        Assert.Equal(batch.EncodedAfter(Framing.WebSocket, 5), batch.EncodedAfter(Framing.DeflatedWebSocket, 5));
    }

    /// <summary>From a few letters to more than the compressor's buffers, repetitive and random.</summary>
    private static Gen<string> Texts =>
        from parts in Gen.OneOf(Gen.Elements("{\"type\":\"comment\",\"commentID\":\"", "üß👋", "a", "\0"), Gen.Choose(0, int.MaxValue).Select(Noise)).NonEmptyListOf().Resize(8)
        from times in Gen.Elements(1, 1, 1, 3, 20, 100)
        select string.Concat(Enumerable.Repeat(string.Concat(parts), times));

    private static string Noise(int seed) => string.Create(seed % 3_000, new Random(seed), static (text, random) => random.GetItems("0123456789abcdef-", text));
}
