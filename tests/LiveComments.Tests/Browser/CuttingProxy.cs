using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LiveComments.Tests.Browser;

/// <summary>
/// Passes bytes on to the server, and can cut every connection and take no new ones, or let open ones go dead. A browser's own offline switch
/// leaves open WebSockets alone.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _server;
    private readonly HashSet<Socket> _open = [];
    private readonly List<Task> _running = [];
    private readonly Lock _gate = new();
    private bool _isCut;
    private volatile int _deaths;

    public CuttingProxy(Uri server)
    {
        _server = server;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _running.Add(AcceptAsync());
    }

    public Uri Address { get; }

    /// <summary>True: a request for a WebSocket is cut off, as some networks do.</summary>
    public bool RefusesWebSockets { get; init; }

    public void Cut()
    {
        lock (_gate)
        {
            _isCut = true;
            foreach (var socket in _open)
                socket.Close(0);
            _open.Clear();
        }
    }

    /// <summary>Open connections stay open, but nothing comes through any more, as when a machine has changed its network. New ones are good.</summary>
    public void Deaden() => Interlocked.Increment(ref _deaths);

    public void Mend()
    {
        lock (_gate)
            _isCut = false;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        Cut();
        Task[] running;
        lock (_gate)
            running = [.. _running];
        await Task.WhenAll(running);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
            lock (_gate)
            {
                if (_isCut)
                {
                    client.Close(0);
                    continue;
                }
                _open.Add(client);
                _running.RemoveAll(task => task.IsCompleted);
                _running.Add(ServeAsync(client));
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        try
        {
            await server.ConnectAsync(_server.Host, _server.Port);
            lock (_gate)
                _open.Add(server);
            await Task.WhenAny(PumpAsync(client, server, looks: RefusesWebSockets), PumpAsync(server, client, looks: false));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
        lock (_gate)
        {
            _open.Remove(client);
            _open.Remove(server);
        }
        client.Close();
    }

    private async Task PumpAsync(Socket from, Socket to, bool looks)
    {
        var deaths = _deaths;
        var buffer = new byte[64 * 1024];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer)) > 0;)
            {
                if (looks && Encoding.Latin1.GetString(buffer, 0, read).Contains("Upgrade: websocket", StringComparison.OrdinalIgnoreCase))
                    return;
                if (deaths != _deaths)
                    continue;
                for (var sent = 0; sent < read;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }
}
