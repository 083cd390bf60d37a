using System.Text.Json;
using LiveComments.Server.Auth.Bodies;
using LiveComments.Server.Auth.Issuers;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Auth.SignIn;

/// <summary>The providers of the configuration, in its order.</summary>
internal sealed class SignInProviders : IAsyncDisposable
{
    private readonly List<SignInProvider> _all;

    public SignInProviders(IOptions<SignInOptions> options, IssuerClient client, TimeProvider time, ILogger<SignInProviders> log)
    {
        _all = [.. options.Value.SignIn.Select(provider => new SignInProvider(provider, client, time, log))];
        Offered = JsonSerializer.Serialize([.. _all.Select(provider => new OfferedProvider(provider.Id, provider.Name))], AuthJson.Default.OfferedProviderArray);
    }

    /// <summary>What a page must know to offer them: <c>[{"id","name"}]</c>.</summary>
    public string Offered { get; }

    public SignInProvider? Find(string id) => _all.Find(provider => provider.Id == id);

    public async ValueTask DisposeAsync()
    {
        foreach (var provider in _all)
            await provider.DisposeAsync();
    }
}
