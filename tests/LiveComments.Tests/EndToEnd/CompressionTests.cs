using System.IO.Compression;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Tests.Feeds;

namespace LiveComments.Tests.EndToEnd;

/// <summary>WebSockets with permessage-deflate (RFC 7692).</summary>
public sealed class CompressionTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Accepted = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task Who_compresses_watches_writes_and_resumes_as_everybody_does()
    {
        var live = await _server.GoLiveAsync();
        await using var compressed = await StreamClient.WebSocketAsync(_server, live, "?after=start", _server.Token(), deflate: true);
        await using var plain = await StreamClient.WebSocketAsync(_server, live, "?after=start");
        var texts = Enumerable.Range(0, 20).Select(i => $"{i}: grüße 👋 {new string((char)('a' + i), 20 * i + 1)}").ToList();
        foreach (var (i, text) in texts.Index())
        {
            await compressed.SendAsync(new { type = "comment", id = $"k{i}", commentText = text });
            await compressed.NextAsync("ack");
        }

        await using var resumed = await StreamClient.WebSocketAsync(_server, live, "?after=start", deflate: true);
        await using var again = await StreamClient.WebSocketAsync(_server, live, "?after=start", deflate: true);
        var shown = (await plain.EntriesToAsync(22, 0)).Select(entry => entry.GetRawText()).ToList();
        Assert.Equal(texts, shown.Skip(2).Select(entry => JsonSerializer.Deserialize<JsonElement>(entry).GetProperty("comment").Text("commentText")));
        foreach (var viewer in new[] { resumed, again })
            Assert.Equal(shown, (await viewer.EntriesToAsync(22, 0)).Select(entry => entry.GetRawText()));
    }

    [Fact]
    public async Task Batches_come_compressed_to_who_offered_it_and_plain_to_others()
    {
        var live = await _server.GoLiveAsync();
        using var compressed = await RawSocket.OpenAsync(_server, live, "?after=start", extensions: "permessage-deflate; client_max_window_bits");
        using var plain = await RawSocket.OpenAsync(_server, live, "?after=start");
        using var declined = await RawSocket.OpenAsync(_server, live, "?after=start", extensions: "permessage-deflate; server_max_window_bits=9, permessage-bzip2");
        Assert.Equal((Accepted, null, null), (compressed.Extensions, plain.Extensions, declined.Extensions));
        // What is for one viewer is plain on every socket.
        await compressed.JsonAsync("hello");
        using var author = _server.As(Role.Viewer);
        await author.CommentAsync(live, "the same words again, the same words again, the same words again");
        string? text = null;
        while (text?.Contains("again", StringComparison.Ordinal) != true)
            text = TestConnection.Inflated(await compressed.FrameAsync(0xC1));
        foreach (var socket in new[] { plain, declined })
            while (!(await socket.JsonAsync("batch")).GetRawText().Contains("again", StringComparison.Ordinal))
            {
            }
    }

    [Fact]
    public async Task Compression_can_be_switched_off()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Stream:Compression=false");
        using var socket = await RawSocket.OpenAsync(server, await server.GoLiveAsync(), "?after=start", extensions: "permessage-deflate");
        Assert.Null(socket.Extensions);
        await socket.JsonAsync("batch");
        await socket.SendFrameAsync(0xC1, [0]);
        Assert.Equal(1002, (await socket.CloseAsync()).Code);
    }

    [Theory]
    [InlineData(1002, 0xE1, "00")] // another reserved bit
    [InlineData(1002, 0xC9, "")] // a compressed ping
    [InlineData(1003, 0xC2, "00")] // binary
    [InlineData(1007, 0xC1, "07")] // no compressed data
    [InlineData(1009, 0xC1, "bomb")]
    public async Task Who_breaks_the_rules_of_compression_is_closed_with_the_code_for_it(int code, byte first, string payload)
    {
        using var socket = await RawSocket.OpenAsync(_server, await _server.GoLiveAsync(), extensions: "permessage-deflate");
        await socket.SendFrameAsync(first, payload == "bomb" ? Bomb() : Convert.FromHexString(payload));
        Assert.Equal(code, (await socket.CloseAsync()).Code);
        Assert.Null(await socket.FrameAsync());
    }

    private static byte[] Bomb()
    {
        var compressed = new MemoryStream();
        using var deflate = new DeflateStream(compressed, CompressionLevel.SmallestSize);
        deflate.Write(new byte[30_000_000]);
        deflate.Flush();
        return compressed.ToArray()[..^4];
    }
}
