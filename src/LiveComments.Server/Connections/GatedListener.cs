using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace LiveComments.Server.Connections;

/// <summary>
/// Accepts connections at one address, as many as the gate lets in. Kestrel's own listener retries at once when accepting fails. Without free files, it would spin on a thread that polls
/// sockets, and every connection of that thread would stall.
/// </summary>
internal sealed class GatedListener(Socket socket, SocketConnectionContextFactory connections, bool noDelay, ConnectionGate gate, TimeProvider time) : IConnectionListener
{
    /// <summary>How long accepting pauses without files or memory.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _unbound = new();
    private bool _starving;

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            while (true)
            {
                await gate.WaitForPlaceAsync(_unbound.Token);
                ConnectionContext? connection = null;
                try
                {
                    connection = await TryAcceptAsync();
                }
                finally
                {
                    if (connection is null)
                        gate.GiveBackPlace();
                }
                if (connection is not null)
                    return connection;
            }
        }
        catch (Exception e) when (_unbound.IsCancellationRequested && e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            return null;
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _unbound.Cancel();
        socket.Dispose();
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync();
        connections.Dispose();
    }

    /// <summary>Null when accepting failed and is to be tried again.</summary>
    private async Task<ConnectionContext?> TryAcceptAsync()
    {
        Socket? accepted = null;
        try
        {
            accepted = await socket.AcceptAsync(_unbound.Token);
            // This loop must not run on a thread that polls sockets: its connections would wait while a crowd is accepted.
            if (!Thread.CurrentThread.IsThreadPoolThread)
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            _starving = false;
            if (accepted.LocalEndPoint is IPEndPoint)
                accepted.NoDelay = noDelay;
            return gate.Admit(connections.Create(accepted));
        }
        catch (SocketException e) when (!_unbound.IsCancellationRequested)
        {
            accepted?.Dispose();
            // A client that has already gone is no reason to pause.
            if (accepted is null && e.SocketErrorCode is not (SocketError.ConnectionAborted or SocketError.ConnectionReset))
            {
                if (!_starving)
                    gate.Starved(e.SocketErrorCode);
                _starving = true;
                await Task.Delay(Pause, time, _unbound.Token);
            }
            return null;
        }
    }
}
