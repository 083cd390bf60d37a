using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;

namespace LiveComments.Server.Sockets;

/// <summary>
/// Reads what clients send over a WebSocket (RFC 6455, section 5, and RFC 7692). Fragmented and compressed messages need a buffer, which <see cref="Release"/> returns after every message,
/// so that an idle viewer costs no memory. Every violation ends in <see cref="WebSocketInput.Violation"/> before more than one message is allocated.
/// </summary>
/// <param name="deflates">True when permessage-deflate was agreed on: a message may be compressed.</param>
internal struct WebSocketDecoder(bool deflates)
{
    /// <summary>Bytes of one message, as it comes and as it reads: a comment of 4 KB escaped as \uXXXX is 24 KB.</summary>
    public const int MaxMessage = 32 * 1024;

    /// <summary>Bytes of a frame's header at most.</summary>
    public const int MaxHeader = 14;

    /// <summary>Frames of one message: browsers send one.</summary>
    private const int MaxFragments = 64;

    private byte[]? _message;
    private int _length;
    private int _fragments;
    private bool _compressed;

    /// <summary>Close code of the last violation.</summary>
    public ushort CloseCode { get; private set; }

    /// <summary>Decodes one frame at the start of the input, and unmasks it in place.</summary>
    /// <param name="input">Bytes that arrived and are not consumed yet.</param>
    /// <param name="consumed">Bytes the frame took.</param>
    /// <param name="payload">The message, or a control frame's payload; valid until the next call or <see cref="Release"/>.</param>
    public WebSocketInput Decode(Span<byte> input, out int consumed, out ReadOnlySpan<byte> payload)
    {
        consumed = 0;
        payload = default;
        if (input.Length < 2)
            return WebSocketInput.Incomplete;
        var (first, second) = (input[0], input[1]);
        var opcode = first & 0x0F;
        var final = (first & 0x80) != 0;
        // The bit that says compressed (RFC 7692, 6) stands in a message's first frame.
        var compressed = deflates && (first & 0x70) == 0x40 && opcode is (1 or 2);
        if ((first & 0x70) != 0 && !compressed || (second & 0x80) == 0)
            return Violation(Wire.CloseCode.ProtocolError);
        long length = second & 0x7F;
        var header = 2;
        if (opcode >= 8 && (length > 125 || !final))
            return Violation(Wire.CloseCode.ProtocolError);
        switch (opcode)
        {
            case 0 when _fragments == 0:
            case 1 when _fragments > 0:
            case >= 3 and <= 7 or > 10:
                return Violation(Wire.CloseCode.ProtocolError);
            case 2:
                return Violation(Wire.CloseCode.UnsupportedData);
        }
        if (length == 126)
        {
            if (input.Length < 4)
                return WebSocketInput.Incomplete;
            length = BinaryPrimitives.ReadUInt16BigEndian(input[2..]);
            header = 4;
            if (length < 126)
                return Violation(Wire.CloseCode.ProtocolError);
        }
        else if (length == 127)
        {
            if (input.Length < 10)
                return WebSocketInput.Incomplete;
            length = BinaryPrimitives.ReadInt64BigEndian(input[2..]);
            header = 10;
            if (length <= ushort.MaxValue)
                return Violation(Wire.CloseCode.ProtocolError);
        }
        if (opcode < 8 && length > MaxMessage - _length)
            return Violation(Wire.CloseCode.TooBig);
        var size = header + 4 + (int)length;
        if (input.Length < size)
            return WebSocketInput.Incomplete;
        var data = input.Slice(header + 4, (int)length);
        Unmask(data, input.Slice(header, 4));
        consumed = size;
        payload = data;
        if (opcode == 1)
            _compressed = compressed;
        return opcode switch
        {
            8 => Close(data, out payload),
            9 => WebSocketInput.Ping,
            10 => WebSocketInput.Nothing,
            _ => Data(data, final, out payload),
        };
    }

    /// <summary>Returns the buffer. Call after every message, and at the end.</summary>
    public void Release()
    {
        if (_message is not null)
            ArrayPool<byte>.Shared.Return(_message);
        _message = null;
    }

    private WebSocketInput Data(ReadOnlySpan<byte> data, bool final, out ReadOnlySpan<byte> payload)
    {
        payload = data;
        if (_fragments == 0 && final)
            return Whole(ref payload);
        if (_fragments == 0)
            _length = 0;
        if (++_fragments > MaxFragments)
            return Violation(Wire.CloseCode.PolicyViolation);
        _message ??= ArrayPool<byte>.Shared.Rent(MaxMessage);
        data.CopyTo(_message.AsSpan(_length));
        _length += data.Length;
        if (!final)
        {
            payload = default;
            return WebSocketInput.Nothing;
        }
        payload = _message.AsSpan(0, _length);
        (_fragments, _length) = (0, 0);
        return Whole(ref payload);
    }

    private WebSocketInput Whole(ref ReadOnlySpan<byte> payload)
    {
        if (_compressed && Inflate(ref payload) is { } fault)
            return Violation(fault);
        return Utf8.IsValid(payload) ? WebSocketInput.Text : Violation(Wire.CloseCode.InvalidText);
    }

    /// <summary>Replaces a compressed message by its text; the close code when that cannot be.</summary>
    private ushort? Inflate(ref ReadOnlySpan<byte> payload)
    {
        var text = ArrayPool<byte>.Shared.Rent(MaxMessage);
        try
        {
            var length = Wire.MessageDeflate.Inflate(payload, text.AsSpan(0, MaxMessage));
            // Not before: the message may stand in it.
            Release();
            _message = text;
            payload = text.AsSpan(0, length ?? 0);
            return length is null ? Wire.CloseCode.TooBig : null;
        }
        catch (InvalidDataException)
        {
            ArrayPool<byte>.Shared.Return(text);
            return Wire.CloseCode.InvalidText;
        }
    }

    private WebSocketInput Close(ReadOnlySpan<byte> data, out ReadOnlySpan<byte> payload)
    {
        payload = data.Length < 2 ? default : data[..2];
        if (data.Length == 1)
            return Violation(Wire.CloseCode.ProtocolError);
        if (data.Length >= 2)
        {
            // Codes a peer may send: RFC 6455, 7.4.
            var code = BinaryPrimitives.ReadUInt16BigEndian(data);
            if (code is < 1000 or (>= 1004 and <= 1006) or (>= 1015 and < 3000) or >= 5000)
                return Violation(Wire.CloseCode.ProtocolError);
            if (!Utf8.IsValid(data[2..]))
                return Violation(Wire.CloseCode.InvalidText);
        }
        return WebSocketInput.Close;
    }

    private WebSocketInput Violation(ushort code)
    {
        CloseCode = code;
        return WebSocketInput.Violation;
    }

    private static void Unmask(Span<byte> data, ReadOnlySpan<byte> mask)
    {
        var key = BinaryPrimitives.ReadUInt32LittleEndian(mask);
        var wide = key | (ulong)key << 32;
        while (data.Length >= 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data, BinaryPrimitives.ReadUInt64LittleEndian(data) ^ wide);
            data = data[8..];
        }
        for (var i = 0; i < data.Length; i++)
            data[i] ^= mask[i & 3];
    }
}
