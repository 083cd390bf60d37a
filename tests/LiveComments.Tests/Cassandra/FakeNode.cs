using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using LiveComments.Cassandra.Cql;

namespace LiveComments.Tests.Cassandra;

/// <summary>A node that says what a test wants it to. Starting up, registering and asking for nothing it answers by itself.</summary>
internal sealed class FakeNode : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;

    public FakeNode(IPEndPoint? endPoint = null, X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _listener = new TcpListener(endPoint ?? new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Answers what it does not answer by itself; false leaves a request without an answer.</summary>
    public Func<FakeRequest, bool> Answer { get; set; } = _ => false;

    /// <summary>Answers a start-up; by default the node is ready.</summary>
    public Func<FakeRequest, bool>? AnswerStartup { get; set; }

    /// <summary>Everything that was asked beyond start-ups, in the order in which it came.</summary>
    public ConcurrentQueue<FakeRequest> Requests { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        foreach (var client in _clients)
            client.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _clients.Add(client);
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        await Task.Yield();
        try
        {
            Stream stream = client.GetStream();
            if (_certificate is not null)
            {
                var secure = new SslStream(stream);
                await secure.AuthenticateAsServerAsync(_certificate);
                stream = secure;
            }
            var header = new byte[Frame.HeaderLength];
            while (true)
            {
                await stream.ReadExactlyAsync(header, _stop.Token);
                var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5))];
                await stream.ReadExactlyAsync(body, _stop.Token);
                Take(new FakeRequest(stream, BinaryPrimitives.ReadInt16BigEndian(header.AsSpan(2)), (Opcode)header[4], body));
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            client.Dispose();
        }
    }

    private void Take(FakeRequest request)
    {
        if (request.Opcode is Opcode.Startup or Opcode.AuthResponse && AnswerStartup is { } answer && answer(request))
            return;
        if (request.Opcode == Opcode.Startup || request.Opcode == Opcode.Register)
            request.Reply(FakeRequest.Write(Opcode.Ready));
        else if (request.Opcode == Opcode.Options)
            request.Reply(FakeRequest.Write(Opcode.Supported).Short(0));
        else
        {
            Requests.Enqueue(request);
            Answer(request);
        }
    }
}
