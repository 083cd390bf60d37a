using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace LiveComments.Load.Net;

/// <summary>A WebSocket client (RFC 6455).</summary>
/// <param name="inflated">What compressed messages say, to ask for them; null for a client without extensions.</param>
internal sealed class WebSocketConnection(Loop loop, Endpoint endpoint, IStreamListener listener, InflatedMessages? inflated = null) : StreamConnection(loop, endpoint, listener)
{
    private const byte Text = 1, CompressedText = 0x41, CloseFrame = 8, Ping = 9, Pong = 10;

    /// <summary>Not zero: a zero mask would spare the server the unmasking that real clients make it do.</summary>
    private const uint Mask = 0x37FA213D;

    private byte[] _fragments = [];
    private int _fragmentsLength;

    protected override int ExpectedStatus => 101;

    protected override string Headers =>
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: bG9hZC1nZW5lcmF0b3IhIQ==\r\nSec-WebSocket-Protocol: livecomments.v1\r\n"
        + (inflated is null ? "" : "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");

    /// <summary>Sends a text message with what else this tick sends.</summary>
    public void SendText(ReadOnlySpan<byte> message) => SendFrame(Text, message);

    protected override int OnStream(ReadOnlySpan<byte> data, long now)
    {
        var used = 0;
        while (data.Length - used >= 2)
        {
            var rest = data[used..];
            var final = (rest[0] & 0x80) != 0;
            var opcode = rest[0] & 0x7F;
            var header = 2;
            long length = rest[1] & 0x7F;
            if ((rest[1] & 0x80) != 0 || opcode > Pong && !(opcode == CompressedText && final && inflated is not null))
                throw new InvalidDataException("A frame of the server is masked or uses an extension that was not agreed.");
            if (length == 126)
            {
                if (rest.Length < 4)
                    break;
                length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
                header = 4;
            }
            else if (length == 127)
            {
                if (rest.Length < 10)
                    break;
                length = BinaryPrimitives.ReadInt64BigEndian(rest[2..]);
                header = 10;
            }
            if (rest.Length - header < length)
                break;
            var payload = rest.Slice(header, (int)length);
            used += header + (int)length;
            switch (opcode)
            {
                case Ping:
                    SendFrame(Pong, payload);
                    break;
                case Pong:
                    break;
                case CloseFrame:
                    Lost(payload.Length >= 2 ? $"closed with {BinaryPrimitives.ReadUInt16BigEndian(payload)}" : "closed");
                    return used;
                case CompressedText:
                    OnMessage(inflated!.Read(payload), now);
                    break;
                default:
                    if (final && _fragmentsLength == 0)
                        OnMessage(payload, now);
                    else
                        Fragment(payload, final, now);
                    break;
            }
            if (!IsOpen)
                return used;
        }
        return used;
    }

    private void Fragment(ReadOnlySpan<byte> payload, bool final, long now)
    {
        if (_fragments.Length < _fragmentsLength + payload.Length)
            Array.Resize(ref _fragments, (_fragmentsLength + payload.Length) * 2);
        payload.CopyTo(_fragments.AsSpan(_fragmentsLength));
        _fragmentsLength += payload.Length;
        if (!final)
            return;
        var length = _fragmentsLength;
        _fragmentsLength = 0;
        OnMessage(_fragments.AsSpan(0, length), now);
    }

    private void SendFrame(byte opcode, ReadOnlySpan<byte> payload)
    {
        var target = Reserve(payload.Length + 14);
        target[0] = (byte)(0x80 | opcode);
        var header = 2;
        if (payload.Length < 126)
        {
            target[1] = (byte)(0x80 | payload.Length);
        }
        else
        {
            target[1] = 0x80 | 126;
            BinaryPrimitives.WriteUInt16BigEndian(target[2..], checked((ushort)payload.Length));
            header = 4;
        }
        MemoryMarshal.Write(target[header..], Mask);
        var masked = target.Slice(header + 4, payload.Length);
        payload.CopyTo(masked);
        ApplyMask(masked);
        Advance(header + 4 + payload.Length);
    }

    private static void ApplyMask(Span<byte> payload)
    {
        var mask = new Vector<uint>(Mask);
        while (payload.Length >= Vector<byte>.Count)
        {
            (new Vector<uint>(payload) ^ mask).CopyTo(payload);
            payload = payload[Vector<byte>.Count..];
        }
        for (var i = 0; i < payload.Length; i++)
            payload[i] ^= (byte)(Mask >> (i & 3) * 8);
    }
}
