using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace LiveComments.Server.Sockets;

/// <summary>
/// A connection below the server's HTTP layers, and below TLS if there is any. HTTP's output and the shared frames of a feed both go through one <see cref="DirectOutput"/>. An accepted
/// WebSocket continues here after its request has ended, so that it keeps nothing of the request: contexts, headers and middleware frames would be half of a viewer's memory (22 KB resident
/// instead of 12).
/// </summary>
internal sealed class BareConnection : IDuplexPipe, IConnectionHeartbeatFeature
{
    private readonly ConnectionContext _context;
    private readonly IConnectionHeartbeatFeature? _heartbeat;
    private Action? _onHeartbeat;
    private Func<Task>? _goOn;

    private BareConnection(ConnectionContext context, DirectOutput output)
    {
        (_context, Output) = (context, output);
        Input = context.Transport.Input;
        _heartbeat = context.Features.Get<IConnectionHeartbeatFeature>();
        context.Transport = this;
        context.Features.Set(this);
        context.Features.Set<IConnectionHeartbeatFeature>(this);
    }

    public PipeReader Input { get; }

    public DirectOutput Output { get; }

    PipeWriter IDuplexPipe.Output => Output;

    /// <summary>Puts it under every connection of an endpoint.</summary>
    public static ConnectionDelegate Use(ConnectionDelegate next) => context =>
        context.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket
            ? new BareConnection(context, new DirectOutput(socket, context.Transport.Output)).RunAsync(next)
            : next(context);

    /// <summary>
    /// The connection to whose output frames may be written past HTTP: HTTP/1.1 without TLS, after the response has started. Null elsewhere.
    /// </summary>
    public static BareConnection? Of(HttpContext context) =>
        HttpProtocol.IsHttp11(context.Request.Protocol) && context.Features.Get<ITlsConnectionFeature>() is null
            ? context.Features.Get<BareConnection>()
            : null;

    /// <summary>What to do with the connection when the request that upgraded it has ended; it is closed when that ends.</summary>
    public void GoOnWith(Func<Task> goOn) => _goOn = goOn;

    public void Abort() => _context.Abort(new ConnectionAbortedException("The stream was cut."));

    /// <summary>HTTP registers a heartbeat callback that it never removes, which would keep all of the request in memory.</summary>
    public void OnHeartbeat(Action<object> action, object state)
    {
        if (_onHeartbeat is null)
            _heartbeat?.OnHeartbeat(static bare => ((BareConnection)bare)._onHeartbeat?.Invoke(), this);
        _onHeartbeat += () => action(state);
    }

    private async Task RunAsync(ConnectionDelegate next)
    {
        try
        {
            await next(_context);
        }
        finally
        {
            _onHeartbeat = null;
            if (Interlocked.Exchange(ref _goOn, null) is { } goOn)
                await goOn();
        }
    }
}
