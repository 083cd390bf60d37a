using System.Globalization;
using System.Net.Sockets;
using System.Text;
using LiveComments.Load.Target;

namespace LiveComments.Load.Measure;

/// <summary>What Redis says of itself: the numbers of its <c>INFO</c>, by name.</summary>
internal static class RedisInfo
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="address"><c>127.0.0.1:6379</c>, or the path of its socket.</param>
    /// <exception cref="LoadException">It does not answer, or not so.</exception>
    public static async Task<IReadOnlyDictionary<string, double>> ReadAsync(string address, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            using var socket = await ConnectAsync(address, patience.Token);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync("INFO\r\n"u8.ToArray(), patience.Token);
            using var reader = new StreamReader(stream, Encoding.ASCII);
            // A bulk string: its length, then so many characters.
            if (await reader.ReadLineAsync(patience.Token) is not ['$', .. var size] || !int.TryParse(size, CultureInfo.InvariantCulture, out var length) || length < 0)
                throw new LoadException($"What answers at {address} is no Redis that lets everybody read INFO.");
            var text = new char[length];
            await reader.ReadBlockAsync(text, patience.Token);
            var figures = new Dictionary<string, double>(StringComparer.Ordinal);
            foreach (var line in new string(text).Split("\r\n"))
                if (line.Split(':', 2) is [var name, var value] && double.TryParse(value, CultureInfo.InvariantCulture, out var figure))
                    figures[name] = figure;
            return figures;
        }
        catch (Exception e) when (e is SocketException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new LoadException($"Redis at {address} does not answer: {e.Message}");
        }
    }

    private static async Task<Socket> ConnectAsync(string address, CancellationToken ct)
    {
        var isPath = address.StartsWith('/');
        var socket = isPath ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (isPath)
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(address), ct);
            else
                await socket.ConnectAsync(System.Net.IPEndPoint.Parse(address), ct);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
