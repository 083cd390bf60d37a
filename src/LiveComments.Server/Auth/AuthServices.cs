using LiveComments.Accounts;
using LiveComments.Configuration;
using LiveComments.Server.Auth.Forgotten;
using LiveComments.Server.Auth.Issuers;
using LiveComments.Server.Auth.LogIns;
using LiveComments.Server.Auth.Passwords;
using LiveComments.Server.Auth.SignIn;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Server.Auth.TwoFactor;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace LiveComments.Server.Auth;

/// <summary>Registers accounts and tokens: needs an <see cref="IAccountStore"/> and an <see cref="IKeyStore"/>.</summary>
internal static class AuthServices
{
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddSection<AuthOptions>("LiveComments:Auth").ValidateDataAnnotations().ValidateOnStart();
        services.AddSection<PasswordOptions>("LiveComments:Passwords").ValidateDataAnnotations().ValidateOnStart();
        services.AddSection<ExternalIssuersOptions>("LiveComments").ValidateOnStart();
        services.AddSingleton<IValidateOptions<ExternalIssuersOptions>, ExternalIssuersOptions>();
        services.AddSection<SignInOptions>("LiveComments").ValidateOnStart();
        services.AddSingleton<IValidateOptions<SignInOptions>, SignInOptions>();
        // Without its warning that keys are stored unencrypted: the framework does not know what IKeyStore does.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error));
        services.AddSection<NamesOptions>("LiveComments:Names").ValidateForm(options => options.Fault());
        services.AddSingleton<ReservedNames>();
        services.AddSingleton<Profiles>();
        services.AddSingleton<ProfileChanges>();
        services.AddSingleton<MeEndpoints>();
        services.AddSingleton<SessionChecks>();
        services.AddSingleton(provider => new AccountWatch(
            provider.GetRequiredService<IAccountStore>(), provider.GetRequiredService<SessionChecks>(),
            provider.GetRequiredService<IOptions<AuthOptions>>().Value.AccessTokenLifetime, provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService(provider => provider.GetRequiredService<AccountWatch>());
        services.AddSingleton<Sessions>();
        services.AddSingleton<SignedInAnswers>();
        services.AddSingleton<StreamTickets>();
        services.AddSingleton<SignInLimits>();
        services.AddSingleton<PasswordHashing>();
        services.AddSingleton<DeviceCookie>();
        services.AddSingleton<LogInThrottle>();
        services.AddSingleton<PasswordCheck>();
        services.AddSingleton<PasswordMail>();
        services.AddSingleton<TotpSecrets>();
        services.AddSingleton<RecoveryAudit>();
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<ProtectionKeys>();
        services.AddHostedService<KeyWatch>();
        services.AddSingleton<IssuerClient>();
        services.AddSingleton<ExternalIssuers>();
        services.AddSingleton<SignInProviders>();
        services.AddSingleton<SignInCookie>();
        services.AddSingleton<SignInMetrics>();
        services.AddSingleton(provider => new TokenVerifier(
            [
                new TrustedIssuer(TokenIssuer.Name, TokenIssuer.Name, [SecurityAlgorithms.HmacSha256], provider.GetRequiredService<SigningKeys>(), TokenIssuer.RoleClaim),
                .. provider.GetRequiredService<ExternalIssuers>().All,
            ],
            provider.GetRequiredService<SessionChecks>(), provider.GetRequiredService<TimeProvider>()));
        // After the watch, because it looks for its keys when it starts.
        services.AddDataProtection().SetApplicationName("LiveComments");
        services.AddOptions<KeyManagementOptions>().Configure<ProtectionKeys>((options, keys) => options.XmlRepository = keys);
        return services;
    }
}
