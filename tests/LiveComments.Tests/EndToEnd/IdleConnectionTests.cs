using System.Net;
using System.Net.Sockets;
using LiveComments.Load.Target;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Who opens a connection and does not go on is cut, with the server's own times.</summary>
public sealed class IdleConnectionTests
{
    [Fact]
    public async Task A_request_that_is_never_finished_ends_its_connection()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var part in (byte[][])[[.. "G"u8], [.. "GET /healthz/live HTTP/1.1\r\nHost: x\r\nX-Slow"u8]])
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, server.BaseAddress.Port);
            await client.GetStream().WriteAsync(part);
            await AssertEndsAsync(client);
        }
    }

    [Fact]
    public async Task A_request_that_comes_a_byte_at_a_time_ends_its_connection()
    {
        await using var server = await TestServer.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.BaseAddress.Port);
        await client.GetStream().WriteAsync("GET /healthz/live HTTP/1.1\r\n"u8.ToArray());
        var ended = AssertEndsAsync(client);
        try
        {
            while (!ended.IsCompleted)
            {
                await client.GetStream().WriteAsync("X-Slow: 1\r\n"u8.ToArray());
                await Task.WhenAny(ended, Task.Delay(500));
            }
        }
        catch (IOException)
        {
            // It was cut.
        }
        await ended;
    }

    [Fact]
    public async Task A_handshake_of_tls_that_is_never_begun_ends_its_connection()
    {
        using var folder = new TemporaryFolder();
        using var certificate = new Certificate(folder.Path);
        await using var server = await ServerProcess.StartAtAsync("https://127.0.0.1:0", folder.Path,
            $"--Kestrel:Certificates:Default:Path={certificate.Path}", $"--Kestrel:Certificates:Default:KeyPath={certificate.KeyPath}");
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        await AssertEndsAsync(client);
    }

    [Fact]
    public async Task Silence_may_last_longer_than_proxies_keep_connections_and_half_a_request_may_not()
    {
        await using var server = await TestServer.StartAsync();
        var limits = server.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;
        Assert.True(limits.RequestHeadersTimeout <= TimeSpan.FromSeconds(15));
        // nginx keeps an idle connection to a server for 60 s.
        Assert.InRange(limits.KeepAliveTimeout, TimeSpan.FromSeconds(61), TimeSpan.FromSeconds(120));
    }

    private static async Task AssertEndsAsync(TcpClient client)
    {
        try
        {
            while (await client.GetStream().ReadAsync(new byte[1_024]).AsTask().WaitAsync(TimeSpan.FromSeconds(120)) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Cut, which ends it too.
        }
    }
}
