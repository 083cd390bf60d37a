using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace LiveComments.Server.Auth.Issuers;

/// <summary>
/// Calls issuers of tokens. Whatever they do, a call ends after five seconds, reads at most a quarter of a megabyte, and goes nowhere but
/// where it was sent.
/// </summary>
internal sealed class IssuerClient : IDisposable
{
    /// <summary>Discovery documents, key sets and answers with tokens have a few kilobytes.</summary>
    private const int MaxAnswer = 256 * 1024;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { MaxResponseContentBufferSize = MaxAnswer, Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>True for an https URL; http only on this machine.</summary>
    public static bool MayCall(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback));

    /// <summary>Reads <c>/.well-known/openid-configuration</c> and the keys that it names. Throws when they cannot be fetched.</summary>
    public Task<OpenIdConnectConfiguration> DiscoverAsync(string authority, CancellationToken ct)
    {
        var address = authority.TrimEnd('/') + "/.well-known/openid-configuration";
        // The document says where the keys are. Plain http is accepted only if the document itself came over it, on this machine.
        var documents = new HttpDocumentRetriever(_http) { RequireHttps = address.StartsWith("https:", StringComparison.OrdinalIgnoreCase) };
        return OpenIdConnectConfigurationRetriever.GetAsync(address, documents, ct);
    }

    /// <exception cref="HttpRequestException">It does not answer, or more than may be.</exception>
    /// <exception cref="OperationCanceledException">It takes too long.</exception>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct) => _http.SendAsync(request, ct);

    public void Dispose() => _http.Dispose();
}
