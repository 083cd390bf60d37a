using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using LiveComments.Server.Auth.Bodies;
using LiveComments.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LiveComments.Tests.Server;

public sealed class JsonBodyTests
{
    private static readonly byte[] Json = """{"refreshToken":"é"}"""u8.ToArray();

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json; charset=\"UTF-8\"")]
    [InlineData("application/json; charset=utf8")]
    [InlineData("application/merge-patch+json")]
    public async Task A_body_is_read(string type)
    {
        await using var server = await StartAsync();
        Assert.Equal("é", await (await SendAsync(server, Json, type)).Content.ReadAsStringAsync());
        Assert.Equal("é", await (await SendAsync(server, Json, type, "identity")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_byte_order_mark_before_a_body_is_passed_over()
    {
        await using var server = await StartAsync();
        Assert.Equal("é", await (await SendAsync(server, [0xEF, 0xBB, 0xBF, .. Json])).Content.ReadAsStringAsync());
        await ProblemAssert.IsAsync(Error.InvalidJson, await SendAsync(server, [0xEF, 0xBB, 0xBF]));
        await ProblemAssert.IsAsync(Error.InvalidJson, await SendAsync(server, [0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF, .. Json]));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("identity, gzip")]
    public async Task A_compressed_body_is_refused_as_such_with_what_is_taken_instead(string coding)
    {
        using var zipped = new MemoryStream();
        await using (var gzip = new GZipStream(zipped, CompressionMode.Compress))
            gzip.Write(Json);
        await using var server = await StartAsync();
        var refused = await SendAsync(server, zipped.ToArray(), coding: coding);
        await ProblemAssert.IsAsync(Error.UnsupportedMediaType, refused);
        Assert.Equal("identity", Assert.Single(refused.Headers.GetValues("Accept-Encoding")));
        Assert.Contains("Content-Encoding", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("iso-8859-1")]
    [InlineData("\"\"")]
    public async Task A_body_of_another_charset_is_refused_as_such(string charset)
    {
        await using var server = await StartAsync();
        var refused = await SendAsync(server, Json, $"application/json; charset={charset}");
        await ProblemAssert.IsAsync(Error.UnsupportedMediaType, refused);
        Assert.Contains("UTF-8", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(refused.Headers.Contains("Accept-Encoding"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"refreshToken\":")]
    public async Task A_body_that_does_not_come_is_told_so_and_its_connection_is_closed(string begun)
    {
        await using var server = await StartAsync("--LiveComments:Requests:Timeout=00:00:00.200");
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.BaseAddress.Port);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /json HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{begun}"));
        var answer = "";
        try
        {
            // To the end: the server closes, as soon as the client does or when it has waited for the rest long enough.
            var bytes = new byte[4096];
            for (int read; (read = await stream.ReadAsync(bytes).AsTask().WaitAsync(TimeSpan.FromSeconds(60))) > 0;)
            {
                answer += Encoding.UTF8.GetString(bytes, 0, read);
                if (answer.EndsWith('}'))
                    socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (IOException)
        {
        }
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"body-timeout\"", answer, StringComparison.Ordinal);
        Assert.Empty(server.Warnings);
    }

    [Fact]
    public async Task A_client_that_goes_away_while_it_sends_is_nothing_to_log_and_keeps_nobody_from_being_answered()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await EdgeServer.StartAsync(app => app.MapPost("/json", async (HttpContext context) =>
        {
            begun.SetResult();
            try
            {
                await JsonBody.ReadAsync(context.Request, AuthJson.Default.RefreshBody, context.RequestAborted);
            }
            finally
            {
                ended.SetResult();
            }
        }), "--LiveComments:Requests:Timeout=00:01:00");
        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(IPAddress.Loopback, server.BaseAddress.Port);
            await socket.SendAsync(Encoding.ASCII.GetBytes("POST /json HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"refresh"));
            await begun.Task.WaitAsync(TimeSpan.FromSeconds(60));
            socket.LingerState = new LingerOption(true, 0);
        }
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await server.SendAsync(HttpMethod.Get, "/seen");
        Assert.Empty(server.Warnings);
    }

    [Theory]
    [InlineData("Content-Length: 100", "{\"refresh")]
    [InlineData("Content-Length: 100", "")]
    [InlineData("Transfer-Encoding: chunked", "5\r\n{\"ref\r\n")]
    [InlineData("Transfer-Encoding: chunked", "no length\r\n")]
    public async Task A_body_that_ends_before_its_end_ends_the_connection_and_is_nothing_to_log(string length, string begun)
    {
        var server = await StartAsync("--LiveComments:Requests:Timeout=00:01:00");
        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(IPAddress.Loopback, server.BaseAddress.Port);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"POST /json HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{length}\r\n\r\n{begun}"));
            socket.Shutdown(SocketShutdown.Send);
            try
            {
                while (await socket.ReceiveAsync(new byte[4096]).WaitAsync(TimeSpan.FromSeconds(60)) > 0)
                {
                }
            }
            catch (SocketException)
            {
            }
        }
        await server.DisposeAsync();
        Assert.Empty(server.Warnings);
    }

    [Fact]
    public async Task A_body_in_many_pieces_is_read_like_one_and_one_that_is_too_large_is_refused()
    {
        await using var server = await StartAsync();
        var token = new string('x', 20_000);
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes($$"""{"refreshToken":"{{token}}"}""")) { Headers = { ContentType = MediaTypeHeaderValue.Parse("application/json") } };
        Assert.Equal(token, await (await server.Client.PostAsync("/json", content)).Content.ReadAsStringAsync());
        // Without a length, so that it shows only when it comes.
        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/json") { Content = new StreamContent(new MemoryStream(new byte[JsonBody.MaxBytes + 1])) { Headers = { ContentType = MediaTypeHeaderValue.Parse("application/json") } }, Headers = { TransferEncodingChunked = true } };
        await ProblemAssert.IsAsync(Error.BodyTooLarge, await server.Client.SendAsync(chunked));
    }

    [Fact]
    public async Task A_body_that_came_and_work_that_takes_too_long_is_no_fault_of_the_client()
    {
        await using var server = await StartAsync("--LiveComments:Requests:Timeout=00:00:00.200");
        var content = new ByteArrayContent(Json) { Headers = { ContentType = MediaTypeHeaderValue.Parse("application/json") } };
        await ProblemAssert.IsAsync(Error.OutcomeUnknown, await server.Client.PostAsync("/json?hang", content));
    }

    private static Task<EdgeServer> StartAsync(params string[] configuration) => EdgeServer.StartAsync(app => app.MapPost("/json", async (HttpContext context) =>
    {
        var (body, error) = await JsonBody.ReadAsync(context.Request, AuthJson.Default.RefreshBody, context.RequestAborted);
        if (context.Request.QueryString.HasValue)
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        return body is null ? error! : Results.Text(body.RefreshToken);
    }), configuration);

    private static Task<HttpResponseMessage> SendAsync(EdgeServer server, byte[] body, string type = "application/json", string? coding = null)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (coding is not null)
            content.Headers.TryAddWithoutValidation("Content-Encoding", coding);
        return server.Client.PostAsync("/json", content);
    }
}
