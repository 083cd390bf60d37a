using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace LiveComments.Wire;

/// <summary>Puts one JSON object into the bytes of a framing.</summary>
internal static class WireFormat
{
    /// <summary>How many wires there are.</summary>
    public const int Framings = 4;

    /// <summary>Whether a framing is a WebSocket.</summary>
    public static bool IsWebSocket(this Framing framing) => framing is Framing.WebSocket or Framing.DeflatedWebSocket;

    /// <summary>For one viewer, and therefore never compressed: that costs more than sending it.</summary>
    /// <param name="position">On SSE the frame's <c>id:</c>; null for frames that are no entries.</param>
    /// <param name="retry">On SSE the frame's <c>retry:</c>: how long an <c>EventSource</c> waits from now on before it comes back. Null leaves that as it is.</param>
    public static byte[] Encode(Framing framing, ReadOnlySpan<byte> json, Position? position, TimeSpan? retry = null) =>
        framing switch
        {
            Framing.WebSocket or Framing.DeflatedWebSocket => Message(0x81, json),
            Framing.EventStream => Event(json, position, retry),
            _ => Chunk(Event(json, position, retry)),
        };

    /// <summary>For everybody on this framing.</summary>
    /// <param name="position">As in <see cref="Encode"/>.</param>
    public static byte[] EncodeShared(Framing framing, ReadOnlySpan<byte> json, Position? position) =>
        framing == Framing.DeflatedWebSocket && MessageDeflate.Compress(json) is { IsEmpty: false } compressed ? Message(0xC1, compressed) : Encode(framing, json, position);

    /// <summary>One chunk of a body.</summary>
    public static byte[] Chunk(ReadOnlySpan<byte> data) => [.. Encoding.ASCII.GetBytes(data.Length.ToString("x", CultureInfo.InvariantCulture)), .. "\r\n"u8, .. data, .. "\r\n"u8];

    /// <summary>One unmasked, final WebSocket frame (RFC 6455, 5.2).</summary>
    /// <param name="opcode">First byte: 0x81 text, 0xC1 compressed text, 0x88 close, 0x89 ping, 0x8A pong.</param>
    public static byte[] Message(byte opcode, ReadOnlySpan<byte> payload)
    {
        var header = payload.Length switch { < 126 => 2, <= ushort.MaxValue => 4, _ => 10 };
        var frame = new byte[header + payload.Length];
        frame[0] = opcode;
        switch (header)
        {
            case 2:
                frame[1] = (byte)payload.Length;
                break;
            case 4:
                frame[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
                break;
            default:
                frame[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(2), (ulong)payload.Length);
                break;
        }
        payload.CopyTo(frame.AsSpan(header));
        return frame;
    }

    /// <summary>One unnamed event (WHATWG server-sent events); JSON has no line breaks.</summary>
    private static byte[] Event(ReadOnlySpan<byte> json, Position? position, TimeSpan? retry)
    {
        var id = position is { } at ? Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {at}\n")) : [];
        var wait = retry is { } time ? Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"retry: {(long)time.TotalMilliseconds}\n")) : [];
        return [.. id, .. wait, .. "data: "u8, .. json, .. "\n\n"u8];
    }
}
