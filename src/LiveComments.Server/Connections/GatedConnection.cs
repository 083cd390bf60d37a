using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace LiveComments.Server.Connections;

/// <summary>An accepted connection that tells the gate when its file is closed.</summary>
/// <param name="served">False when it is turned away.</param>
/// <param name="ofAddress">Its place among those of its address.</param>
internal sealed class GatedConnection(ConnectionGate gate, ConnectionContext accepted, bool served, IDisposable? ofAddress) : ConnectionContext
{
    private int _closed;

    public override string ConnectionId { get => accepted.ConnectionId; set => accepted.ConnectionId = value; }

    public override IFeatureCollection Features => accepted.Features;

    public override IDictionary<object, object?> Items { get => accepted.Items; set => accepted.Items = value; }

    public override IDuplexPipe Transport { get => accepted.Transport; set => accepted.Transport = value; }

    public override CancellationToken ConnectionClosed { get => accepted.ConnectionClosed; set => accepted.ConnectionClosed = value; }

    public override EndPoint? LocalEndPoint { get => accepted.LocalEndPoint; set => accepted.LocalEndPoint = value; }

    public override EndPoint? RemoteEndPoint { get => accepted.RemoteEndPoint; set => accepted.RemoteEndPoint = value; }

    public override void Abort(ConnectionAbortedException abortReason) => accepted.Abort(abortReason);

    public override void Abort() => accepted.Abort();

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await accepted.DisposeAsync();
        }
        finally
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
            {
                ofAddress?.Dispose();
                gate.Closed(this, served);
            }
        }
    }
}
