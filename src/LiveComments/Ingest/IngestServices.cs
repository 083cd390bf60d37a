using LiveComments.Comments;
using LiveComments.Configuration;
using LiveComments.Moderation;
using LiveComments.Moderation.Rules;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Ingest;

/// <summary>Registers ingest and what its stages work with; the engine runs them.</summary>
public static class IngestServices
{
    public static IServiceCollection AddIngest(this IServiceCollection services)
    {
        services.AddSection<IngestOptions>("LiveComments:Ingest").ValidateDataAnnotations().ValidateOnStart();
        services.AddSection<LimitsOptions>("LiveComments:Limits").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<OutcomesOfEvents>();
        services.AddSingleton<IngestMetrics>();
        services.AddSingleton<LimitSharing>();
        services.AddHostedService(provider => provider.GetRequiredService<LimitSharing>());
        services.AddSingleton<UserLimits>();
        services.AddSingleton<Escalation>();
        services.AddSingleton<Authorship>();
        services.AddSingleton<IScorer, TextScorer>();
        services.AddSingleton<Scoring>();
        services.AddSingleton<RulesInForce>();
        services.AddSingleton<Stages>();
        services.AddSingleton<Ingest>();
        services.AddSingleton<EventControl>();
        services.AddSingleton<Lookers>();
        services.AddSingleton<Restrictions>();
        services.AddSingleton<ShadowedComments>();
        services.AddSingleton<RestrictionWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<RestrictionWatch>());
        services.AddSingleton<NetworkHashes>();
        services.AddSingleton<NetworkBlocks>();
        services.AddSingleton<BanEvasion>();
        services.AddSingleton<NetworkWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<NetworkWatch>());
        services.AddSingleton<ModerationControl>();
        services.AddSingleton<PollControl>();
        services.AddSingleton<Questions>();
        services.AddHostedService<EventSchedule>();
        return services;
    }
}
