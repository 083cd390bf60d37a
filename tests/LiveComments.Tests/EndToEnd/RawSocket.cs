using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace LiveComments.Tests.EndToEnd;

/// <summary>A WebSocket of bare frames, for clients that no library would be.</summary>
internal sealed class RawSocket : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly byte[] Mask = [1, 2, 3, 4];

    private readonly NetworkStream _stream;

    private RawSocket(Socket socket) => _stream = new NetworkStream(socket, ownsSocket: true);

    /// <summary>The extensions that the server accepted; null for none.</summary>
    public string? Extensions { get; private set; }

    /// <param name="receiveBuffer">Bytes the kernel holds for this client; small ones make it slow sooner.</param>
    /// <param name="extensions">What it offers, for example <c>permessage-deflate</c>.</param>
    public static async Task<RawSocket> OpenAsync(TestServer server, string live, string query = "", int? receiveBuffer = null, string? extensions = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
            socket.ReceiveBufferSize = size;
        await socket.ConnectAsync(IPAddress.Loopback, server.BaseAddress.Port);
        var raw = new RawSocket(socket);
        await raw.SendAsync(Encoding.ASCII.GetBytes(
            $"GET /live/{live}/comments/stream{query} HTTP/1.1\r\nHost: {server.BaseAddress.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{(extensions is null ? "" : $"Sec-WebSocket-Extensions: {extensions}\r\n")}\r\n"));
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head.Append((char)(await raw.ReadAsync(1))![0]);
        Assert.StartsWith("HTTP/1.1 101 ", head.ToString());
        // The example of RFC 6455, 1.3.
        Assert.Contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", head.ToString());
        raw.Extensions = head.ToString().Split("\r\n").FirstOrDefault(line => line.StartsWith("Sec-WebSocket-Extensions: ", StringComparison.Ordinal))?["Sec-WebSocket-Extensions: ".Length..];
        return raw;
    }

    public Task SendAsync(byte[] bytes) => _stream.WriteAsync(bytes).AsTask().WaitAsync(Patience);

    public Task SendFrameAsync(byte first, byte[] payload) => SendAsync(Frame(first, payload));

    /// <summary>One masked frame.</summary>
    public static byte[] Frame(byte first, byte[] payload) =>
        [first, .. payload.Length < 126 ? (byte[])[(byte)(0x80 | payload.Length)] : [0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length], .. Mask, .. payload.Select((b, i) => (byte)(b ^ Mask[i & 3]))];

    /// <summary>The next frame; null when the server ended the connection.</summary>
    public async Task<(int First, byte[] Payload)?> FrameAsync()
    {
        if (await ReadAsync(2) is not { } header)
            return null;
        long length = header[1] switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian((await ReadAsync(2))!),
            127 => BinaryPrimitives.ReadInt64BigEndian((await ReadAsync(8))!),
            var small => small,
        };
        return await ReadAsync((int)length) is { } payload ? (header[0], payload) : null;
    }

    /// <summary>The next frame of a kind; others are passed over.</summary>
    public async Task<byte[]> FrameAsync(int first)
    {
        while (await FrameAsync() is var (kind, payload))
            if (kind == first)
                return payload;
        throw new InvalidOperationException($"The connection ended before a frame 0x{first:X2}.");
    }

    public async Task<JsonElement> JsonAsync(string type)
    {
        while (true)
            if (JsonSerializer.Deserialize<JsonElement>(await FrameAsync(0x81)) is var json && json.Text("type") == type)
                return json;
    }

    /// <summary>The code and reason the server closes with.</summary>
    public async Task<(int Code, string Reason)> CloseAsync()
    {
        var payload = await FrameAsync(0x88);
        return (BinaryPrimitives.ReadUInt16BigEndian(payload), Encoding.UTF8.GetString(payload.AsSpan(2)));
    }

    public void Dispose() => _stream.Dispose();

    private async Task<byte[]?> ReadAsync(int count)
    {
        var bytes = new byte[count];
        try
        {
            using var timeout = new CancellationTokenSource(Patience);
            return await _stream.ReadAtLeastAsync(bytes, count, throwOnEndOfStream: false, timeout.Token) == count ? bytes : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
