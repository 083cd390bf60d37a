using LiveComments.Server.Moderation.Live;

namespace LiveComments.Server.Moderation;

/// <summary>Registers what moderators are shown.</summary>
internal static class ModerationServices
{
    public static void AddModerationViews(this IServiceCollection services)
    {
        services.AddSingleton<ModerationQueue>();
        services.AddSingleton<ModerationFeeds>();
    }
}
