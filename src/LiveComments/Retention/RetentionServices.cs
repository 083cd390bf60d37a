using LiveComments.Configuration;
using LiveComments.Feeds;
using LiveComments.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Retention;

/// <summary>Registers retention.</summary>
public static class RetentionServices
{
    public static IServiceCollection AddRetention(this IServiceCollection services)
    {
        services.AddSection<RetentionOptions>("LiveComments:Retention")
            .Validate(options => options.EndedEvents >= TimeSpan.FromHours(1) && options.EndedEvents <= TimeSpan.FromDays(36_500), "Retention:EndedEvents is 1 hour to 100 years.")
            .Validate(options => options.Keys >= TimeSpan.FromHours(1) && options.Keys <= TimeSpan.FromDays(30), "Retention:Keys is 1 hour to 30 days.")
            .Validate(options => options.RemovedTexts >= TimeSpan.Zero && options.RemovedTexts <= TimeSpan.FromDays(365), "Retention:RemovedTexts is 0 to 1 year.")
            .Validate(options => options.Analytics >= TimeSpan.FromDays(1) && options.Analytics <= TimeSpan.FromDays(36_500), "Retention:Analytics is 1 day to 100 years.")
            .Validate(options => options.Guests >= TimeSpan.FromDays(1) && options.Guests <= TimeSpan.FromDays(36_500), "Retention:Guests is 1 day to 100 years.")
            .Validate(options => options.Interval >= TimeSpan.FromMinutes(1) && options.Interval <= TimeSpan.FromDays(1), "Retention:Interval is 1 minute to 1 day.")
            .ValidateOnStart();
        // A feed of an expired log has an old epoch, so its viewers reconnect to the new one.
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<RetentionSchedule>(
            provider, (Action<EventId>)(id =>
            {
                provider.GetService<IHotEntries>()?.Forget(id);
                provider.GetRequiredService<EventFeeds>().Close(id, CloseCode.TryAgainLater, "log-expired");
            })));
        return services;
    }
}
