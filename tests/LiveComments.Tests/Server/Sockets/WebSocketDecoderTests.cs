using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LiveComments.Server.Sockets;

namespace LiveComments.Tests.Server.Sockets;

/// <summary>The server's side of RFC 6455, section 5, and RFC 7692, section 6.2, frame by frame.</summary>
public sealed class WebSocketDecoderTests
{
    private static readonly byte[] Mask = [0x37, 0xFA, 0x21, 0x3D];

    public static TheoryData<int> Lengths => [0, 1, 7, 8, 9, 125, 126, 127, 255, 256, 4_096, WebSocketDecoder.MaxMessage];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_text_of_any_length_up_to_the_limit_is_read(int length)
    {
        var text = new string('x', length);
        var decoded = DecodeAll(Frame(1, Encoding.UTF8.GetBytes(text)));
        Assert.Equal([new("Text", text)], decoded);
    }

    [Fact]
    public void A_text_over_the_limit_is_refused_before_it_arrives()
    {
        var frame = Frame(1, new byte[WebSocketDecoder.MaxMessage + 1]);
        Assert.Equal(1009, Violation(frame[..10]));
    }

    [Theory]
    [InlineData(0x7FFF_FFFF_FFFF_FFFFUL)]
    [InlineData(0x0000_0001_0000_0000UL)]
    [InlineData(0x0000_0000_FFFF_FFFFUL)]
    public void A_length_that_overflows_is_refused(ulong length)
    {
        Assert.Equal(1009, Violation(LongHeader(0x81, length)));
        // Also as the end of a message that has begun: the sum of both would be negative.
        Assert.Equal(1009, Violation([.. Frame(1, "begun"u8.ToArray(), final: false), .. LongHeader(0x80, length)]));
    }

    [Fact]
    public void A_length_with_its_highest_bit_set_is_refused() => Assert.Equal(1002, Violation(LongHeader(0x81, 0x8000_0000_0000_0000UL)));

    [Fact]
    public void A_length_that_is_not_written_in_the_shortest_way_is_refused()
    {
        Assert.Equal(1002, Violation([0x81, 0x80 | 126, 0, 125, .. Mask]));
        Assert.Equal(1002, Violation(LongHeader(0x81, ushort.MaxValue)));
    }

    [Fact]
    public void A_frame_without_a_mask_is_refused() => Assert.Equal(1002, Violation([0x81, 0x02, (byte)'h', (byte)'i']));

    [Theory]
    [InlineData(0x40)]
    [InlineData(0x20)]
    [InlineData(0x10)]
    public void A_reserved_bit_is_refused(byte bit)
    {
        var frame = Frame(1, "hi"u8.ToArray());
        frame[0] |= bit;
        Assert.Equal(1002, Violation(frame));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(15)]
    public void A_reserved_opcode_is_refused(int opcode) => Assert.Equal(1002, Violation(Frame(opcode, "hi"u8.ToArray())));

    [Fact]
    public void Binary_data_is_refused() => Assert.Equal(1003, Violation(Frame(2, "hi"u8.ToArray())));

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    public void A_control_frame_is_neither_long_nor_in_fragments(int opcode)
    {
        Assert.Equal(1002, Violation(Frame(opcode, new byte[126])));
        Assert.Equal(1002, Violation(Frame(opcode, [], final: false)));
    }

    [Fact]
    public void A_ping_gives_its_payload_back_and_a_pong_nothing() =>
        Assert.Equal([new("Ping", "are you there"), new("Ping", ""), new("Ping", new string('p', 125))],
            DecodeAll([.. Frame(9, "are you there"u8.ToArray()), .. Frame(10, "yes"u8.ToArray()), .. Frame(9, []), .. Frame(9, Encoding.ASCII.GetBytes(new string('p', 125)))]));

    [Fact]
    public void Fragments_make_one_message_and_control_frames_may_stand_between_them() =>
        Assert.Equal([new("Ping", "1"), new("Ping", "2"), new("Text", "one message"), new("Text", "another")], DecodeAll([
            .. Frame(1, "one "u8.ToArray(), final: false), .. Frame(9, "1"u8.ToArray()), .. Frame(0, [], final: false), .. Frame(9, "2"u8.ToArray()),
            .. Frame(10, []), .. Frame(0, "message"u8.ToArray()), .. Frame(1, "another"u8.ToArray())]));

    [Fact]
    public void A_message_does_not_begin_with_a_continuation() => Assert.Equal(1002, Violation(Frame(0, "hi"u8.ToArray())));

    [Fact]
    public void A_message_does_not_begin_inside_another() =>
        Assert.Equal(1002, Violation([.. Frame(1, "a"u8.ToArray(), final: false), .. Frame(1, "b"u8.ToArray())]));

    [Fact]
    public void Fragments_together_keep_to_the_limit_of_a_message()
    {
        var half = new byte[WebSocketDecoder.MaxMessage / 2];
        Assert.Equal(WebSocketDecoder.MaxMessage, Assert.Single(DecodeAll([.. Frame(1, half, final: false), .. Frame(0, half)])).Payload.Length);
        Assert.Equal(1009, Violation([.. Frame(1, half, final: false), .. Frame(0, half, final: false), .. Frame(0, [1])]));
    }

    [Fact]
    public void Fragments_have_a_limit_of_their_own()
    {
        byte[] Message(int fragments) => [.. Frame(1, [], final: false), .. Enumerable.Range(0, fragments - 2).SelectMany(_ => Frame(0, [], final: false)), .. Frame(0, [])];
        Assert.Equal([new("Text", "")], DecodeAll(Message(64)));
        Assert.Equal(1008, Violation(Message(65)));
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC0, 0xAF })] // overlong
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })] // a surrogate
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })] // beyond U+10FFFF
    [InlineData(new byte[] { 0xE2, 0x82 })] // cut off
    public void Text_that_is_not_UTF8_is_refused_whole_or_in_fragments(byte[] bad)
    {
        byte[] text = [.. "before "u8, .. bad];
        Assert.Equal(1007, Violation(Frame(1, text)));
        for (var cut = 0; cut <= text.Length; cut++)
            Assert.Equal(1007, Violation([.. Frame(1, text[..cut], final: false), .. Frame(0, text[cut..])]));
    }

    [Fact]
    public void A_character_may_be_cut_by_a_fragment()
    {
        var text = Encoding.UTF8.GetBytes("ü€😀");
        for (var cut = 0; cut <= text.Length; cut++)
            Assert.Equal([new("Text", "ü€😀")], DecodeAll([.. Frame(1, text[..cut], final: false), .. Frame(0, text[cut..])]));
    }

    [Fact]
    public void A_compressed_text_is_read_where_that_was_agreed_whole_or_in_fragments()
    {
        var text = "grüße 👋 " + new string('x', 20_000);
        var message = Deflated(text);
        Assert.Equal([new("Text", text), new("Text", "plain"), new("Text", text)], DecodeAll(true, [.. Frame(0x41, message), .. Frame(1, "plain"u8.ToArray()), .. Frame(0x41, message)]));
        for (var cut = 0; cut <= message.Length; cut++)
            Assert.Equal([new("Ping", "1"), new("Text", text), new("Text", "plain")],
                DecodeAll(true, [.. Frame(0x41, message[..cut], final: false), .. Frame(9, "1"u8.ToArray()), .. Frame(0, message[cut..]), .. Frame(1, "pl"u8.ToArray(), final: false), .. Frame(0, "ain"u8.ToArray())]));
    }

    [Theory]
    [InlineData("F248CDC9C90700", "Hello")] // one compressed block
    [InlineData("000500FAFF48656C6C6F00", "Hello")] // not compressed in truth
    [InlineData("F348CDC9C9070000", "Hello")] // its last block says so
    [InlineData("F24805000000FFFFCAC9C90700", "Hello")] // two blocks
    [InlineData("00", "")]
    public void The_examples_of_the_standard_are_read(string message, string text) => Assert.Equal([new("Text", text)], DecodeAll(true, Frame(0x41, Convert.FromHexString(message))));

    [Fact]
    public void Compressed_text_is_refused_where_it_was_not_agreed() => Assert.Equal(1002, Violation(Frame(0x41, Deflated("hi"))));

    [Fact]
    public void Only_the_first_frame_of_a_text_says_that_it_is_compressed()
    {
        var message = Deflated("hi there");
        Assert.Equal(1002, Violation(true, [.. Frame(0x41, message[..3], final: false), .. Frame(0x40, message[3..])]));
        Assert.Equal(1002, Violation(true, [.. Frame(1, message[..3], final: false), .. Frame(0x40, message[3..])]));
        Assert.Equal(1002, Violation(true, Frame(0x40, message)));
        Assert.Equal(1003, Violation(true, Frame(0x42, message)));
        foreach (var control in new[] { 8, 9, 10 })
            Assert.Equal(1002, Violation(true, Frame(0x40 | control, [])));
        foreach (var other in new[] { 0x20, 0x10, 0x60, 0x50, 0x70 })
            Assert.Equal(1002, Violation(true, Frame(other | 1, message)));
    }

    [Fact]
    public void A_compressed_text_keeps_to_the_limit_when_it_is_whole_again()
    {
        var most = new string('x', WebSocketDecoder.MaxMessage);
        Assert.Equal([new("Text", most)], DecodeAll(true, Frame(0x41, Deflated(most))));
        Assert.Equal(1009, Violation(true, Frame(0x41, Deflated(most + "x"))));
    }

    [Fact]
    public void A_bomb_costs_no_more_than_the_largest_message()
    {
        // 30 MB in 30 KB, which is as dense as the format gets.
        var bomb = Frame(0x41, Deflated(new string('x', 30_000_000)));
        Assert.InRange(bomb.Length, 20_000, WebSocketDecoder.MaxMessage);
        Assert.Equal(1009, Violation(true, bomb.ToArray()));
        var decoder = new WebSocketDecoder(deflates: true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(WebSocketInput.Violation, decoder.Decode(bomb, out _, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 * 1024);
        decoder.Release();
    }

    [Theory]
    [InlineData("07")] // a block of a kind that does not exist
    [InlineData("FFFFFFFF")]
    [InlineData("00050000")] // a length that contradicts itself
    [InlineData("4B04FF")] // from before the beginning
    public void What_cannot_be_decompressed_is_refused(string message) => Assert.Equal(1007, Violation(true, Frame(0x41, Convert.FromHexString(message))));

    [Fact]
    public void Compressed_text_that_is_not_UTF8_is_refused() => Assert.Equal(1007, Violation(true, Frame(0x41, [0, 1, 0, 0xFE, 0xFF, 0xFF, 0])));

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, true)]
    [InlineData(1003, true)]
    [InlineData(1007, true)]
    [InlineData(1014, true)]
    [InlineData(3000, true)]
    [InlineData(4999, true)]
    [InlineData(0, false)]
    [InlineData(999, false)]
    [InlineData(1004, false)]
    [InlineData(1005, false)]
    [InlineData(1006, false)]
    [InlineData(1015, false)]
    [InlineData(2999, false)]
    [InlineData(5000, false)]
    [InlineData(65535, false)]
    public void A_close_code_is_one_that_may_be_sent(int code, bool valid)
    {
        byte[] payload = [(byte)(code >> 8), (byte)code, .. "bye"u8];
        if (valid)
            Assert.Equal([new("Close", Convert.ToHexString(payload[..2]))], DecodeAll(Frame(8, payload)));
        else
            Assert.Equal(1002, Violation(Frame(8, payload)));
    }

    [Fact]
    public void A_close_has_no_code_or_a_whole_one_and_a_reason_in_UTF8()
    {
        Assert.Equal([new("Close", "")], DecodeAll(Frame(8, [])));
        Assert.Equal(1002, Violation(Frame(8, [3])));
        Assert.Equal(1007, Violation(Frame(8, [3, 232, 0xFF])));
    }

    [Fact]
    public void Any_split_of_the_bytes_gives_the_same_messages() => Prop.ForAll(Arb.From(Streams), stream => DecodeAll(true, stream.Bytes).SequenceEqual(DecodeAll(true, stream.Bytes, stream.Cuts))).QuickCheckThrowOnFailure();

    [Fact]
    public void Whatever_bytes_arrive_nothing_is_thrown_and_what_is_taken_was_there() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Arb.From(Noise), bytes =>
        {
            DecodeAll(bytes);
            DecodeAll(true, bytes);
            return true;
        }));

    private sealed record Decoded(string Input, string Payload);

    private sealed record Cut(byte[] Bytes, int[] Cuts)
    {
        public override string ToString() => $"{Convert.ToHexString(Bytes)} cut at {string.Join(",", Cuts)}";
    }

    private static Gen<byte[]> Text => Gen.Elements("", "a", "ping", "grüße 👋", new string('x', 130), new string('y', 300)).Select(Encoding.UTF8.GetBytes);

    private static Gen<byte[]> Frames => Gen.OneOf(
        Text.Select(text => Frame(1, text)),
        Text.Select(text => Frame(0x41, Deflated(Encoding.UTF8.GetString(text)))),
        Text.Where(text => text.Length <= 125).Select(text => Frame(9, text)),
        Gen.Zip(Text, Gen.Choose(0, 300)).Select(part => (byte[])[.. Frame(1, part.Item1[..Math.Min(part.Item2, part.Item1.Length)], final: false), .. Frame(10, [1]), .. Frame(0, part.Item1[Math.Min(part.Item2, part.Item1.Length)..])]),
        Gen.Constant(Frame(8, [3, 232])),
        Gen.Constant(Frame(2, [1])));

    private static Gen<Cut> Streams =>
        from frames in Frames.NonEmptyListOf()
        let bytes = frames.SelectMany(frame => frame).ToArray()
        from cuts in Gen.Choose(1, bytes.Length).ListOf()
        select new Cut(bytes, [.. cuts.Append(1).Append(bytes.Length).Distinct().Order()]);

    /// <summary>Random bytes, most of them behind the header of a frame so that they get further than the first check.</summary>
    private static Gen<byte[]> Noise =>
        from bytes in Gen.Choose(0, 255).Select(b => (byte)b).ListOf()
        from header in Gen.Elements<byte[]>([], [0x81], [0x01, 0x80, 0, 0, 0, 0, 0x80], [0xC1, 0x85, 0, 0, 0, 0], [0xC1, 0x90, 0, 0, 0, 0, 0x4A], [0x41, 0x82, 0, 0, 0, 0], [0x81, 0xFE], [0x81, 0xFF], [0x01, 0x81, 1, 2, 3, 4, 5, 0x80, 0xFF], [0x88], [0x89, 0x85])
        select (byte[])[.. header, .. bytes];

    private static byte[] Deflated(string text)
    {
        var compressed = new MemoryStream();
        using var deflate = new DeflateStream(compressed, CompressionLevel.SmallestSize);
        deflate.Write(Encoding.UTF8.GetBytes(text));
        deflate.Flush();
        var bytes = compressed.ToArray();
        return bytes.Length == 0 ? [0] : bytes[..^4];
    }

    private static int Violation(byte[] bytes) => Violation(false, bytes);

    private static int Violation(bool deflates, byte[] bytes)
    {
        var last = DecodeAll(deflates, bytes)[^1];
        Assert.Equal("Violation", last.Input);
        return int.Parse(last.Payload, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static List<Decoded> DecodeAll(byte[] bytes) => DecodeAll(false, bytes);

    /// <summary>Everything that is decoded until something ends the stream, when the bytes arrive in one piece or up to each cut.</summary>
    private static List<Decoded> DecodeAll(bool deflates, byte[] bytes, params int[] cuts)
    {
        var decoder = new WebSocketDecoder(deflates);
        var decoded = new List<Decoded>();
        var buffer = bytes.ToArray();
        var start = 0;
        foreach (var end in cuts.Length == 0 ? [buffer.Length] : cuts)
            while (true)
            {
                var input = decoder.Decode(buffer.AsSpan(start, end - start), out var consumed, out var payload);
                Assert.InRange(consumed, 0, end - start);
                if (input == WebSocketInput.Incomplete)
                {
                    Assert.Equal(0, consumed);
                    break;
                }
                if (input == WebSocketInput.Violation)
                {
                    decoded.Add(new("Violation", decoder.CloseCode.ToString(System.Globalization.CultureInfo.InvariantCulture)));
                    return Finish();
                }
                Assert.NotEqual(0, consumed);
                start += consumed;
                if (input != WebSocketInput.Nothing)
                    decoded.Add(new(input.ToString(), input == WebSocketInput.Close ? Convert.ToHexString(payload) : Encoding.UTF8.GetString(payload)));
                if (input == WebSocketInput.Close)
                    return Finish();
            }
        return Finish();

        List<Decoded> Finish()
        {
            decoder.Release();
            return decoded;
        }
    }

    private static byte[] Frame(int opcode, byte[] payload, bool final = true)
    {
        byte[] length = payload.Length switch
        {
            < 126 => [(byte)(0x80 | payload.Length)],
            <= ushort.MaxValue => [0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length],
            _ => LongHeader(0, (ulong)payload.Length)[1..10],
        };
        return [(byte)(opcode | (final ? 0x80 : 0)), .. length, .. Mask, .. payload.Select((b, i) => (byte)(b ^ Mask[i & 3]))];
    }

    private static byte[] LongHeader(byte first, ulong length)
    {
        var header = new byte[14];
        (header[0], header[1]) = (first, 0x80 | 127);
        BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(2), length);
        Mask.CopyTo(header, 10);
        return header;
    }
}
