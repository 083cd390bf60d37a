namespace LiveComments.Tests.Client;

/// <summary>A network that does what a test says to the answers of the server.</summary>
/// <param name="then">Gets the request and the number of the call, and how to ask the server.</param>
internal sealed class Losing(HttpMessageHandler server, Func<HttpRequestMessage, int, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>> then) : DelegatingHandler(server)
{
    private int _calls;

    public int Calls => _calls;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        then(request, Interlocked.Increment(ref _calls), () => base.SendAsync(request, cancellationToken));
}
