using LiveComments.Accounts;
using Microsoft.IdentityModel.Tokens;

namespace LiveComments.Server.Auth;

/// <summary>Registers accounts and tokens: needs an <see cref="IAccountStore"/>.</summary>
internal static class AuthServices
{
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddSingleton<Profiles>();
        services.AddSingleton<SessionChecks>();
        services.AddSingleton<TokenVerifier>();
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<StreamTickets>();
        services.AddSingleton(provider => new SigningKeys(
            KeyFolders.Signing(provider.GetRequiredService<IConfiguration>()["LiveComments:Data"]!),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SigningKeys>>()));
        services.AddSingleton(provider => new TrustedIssuer(
            TokenIssuer.Name, TokenIssuer.Name, [SecurityAlgorithms.HmacSha256], provider.GetRequiredService<SigningKeys>(), TokenIssuer.RoleClaim));
        return services;
    }
}
