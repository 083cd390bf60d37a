using LiveComments.Configuration;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Challenges;

/// <summary>Registers what is asked of writers who run into their limits again and again.</summary>
internal static class ChallengeServices
{
    public static IServiceCollection AddChallenges(this IServiceCollection services)
    {
        services.AddSection<ChallengeOptions>("LiveComments:Challenge").ValidateForm(options => options.Fault());
        services.AddSingleton<ProofOfWork>();
        services.AddSingleton<HostedChallenge>();
        services.AddSingleton<IChallenge>(provider => provider.GetRequiredService<IOptions<ChallengeOptions>>().Value.Provider.Length > 0
            ? provider.GetRequiredService<HostedChallenge>() : provider.GetRequiredService<ProofOfWork>());
        return services;
    }
}
