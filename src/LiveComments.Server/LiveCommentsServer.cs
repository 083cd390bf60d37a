using LiveComments.Analytics;
using LiveComments.Configuration;
using LiveComments.Events;
using LiveComments.Feeds;
using LiveComments.Ingest;
using LiveComments.PersonalData;
using LiveComments.Presence;
using LiveComments.Retention;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Server.Auth;
using LiveComments.Server.Challenges;
using LiveComments.Server.Cluster;
using LiveComments.Server.Comments;
using LiveComments.Server.Connections;
using LiveComments.Server.Demo;
using LiveComments.Server.Events;
using LiveComments.Server.Files;
using LiveComments.Server.Health;
using LiveComments.Server.Mail;
using LiveComments.Server.Moderation;
using LiveComments.Server.OpenApi;
using LiveComments.Server.Pages;
using LiveComments.Server.PersonalData;
using LiveComments.Server.Pictures;
using LiveComments.Server.Polls;
using LiveComments.Server.Presence;
using LiveComments.Server.Replay;
using LiveComments.Server.Startup;
using LiveComments.Server.Statistics;
using LiveComments.Server.Streams;
using LiveComments.Server.Telemetry;
using Microsoft.Extensions.Options;

namespace LiveComments.Server;

/// <summary>The composition root: every concept registers itself in one line; <see cref="Adapters"/> chooses the store.</summary>
public static class LiveCommentsServer
{
    /// <summary>Checks every setting and opens the store, so that errors show before anything is served.</summary>
    /// <param name="configure">For tests: changes services last.</param>
    /// <exception cref="OptionsValidationException">Unknown settings, or values out of range; in an <see cref="AggregateException"/> when several options are wrong.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot be opened, is damaged, or is newer than this program.</exception>
    public static WebApplication Build(ServerArguments arguments, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = arguments.Configuration, ContentRootPath = AppContext.BaseDirectory });
        var folder = new DataFolder(arguments.Data, Adapters.StoreIsInDataFolder(builder.Configuration));
        folder.Create(arguments.Anew);
        builder.WebHost.UseUrls(arguments.Urls).UseKestrelHttpsConfiguration();
        builder.Configuration["LiveComments:Data"] = folder.Path;
        builder.Services.AddSingleton(folder);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddHttpEdge();
        builder.Services.AddSingleton<Readiness>();
        builder.AddMetrics();
        builder.AddTraces();
        builder.AddConsoleLog();
        builder.AddStore(folder);
        builder.Services.AddEvents();
        builder.Services.AddMail();
        builder.Services.AddAccounts();
        builder.Services.AddPictures();
        builder.Services.AddFeeds();
        // Before the engine, so that it stops after it and writes what the last answers left.
        builder.Services.AddAnalytics(builder.Configuration, folder.At("analytics"));
        builder.AddEngine(arguments.Serves);
        builder.Services.AddChallenges();
        builder.Services.AddIngest();
        builder.AddKafka();
        builder.AddRedis();
        builder.AddClickHouse();
        builder.Services.AddPresence();
        builder.Services.AddRetention();
        builder.Services.AddErasure();
        builder.Services.AddHostedService<ErasedFile>();
        builder.AddConnections(streams: services => services.GetRequiredService<IOptions<StreamOptions>>().Value.MaxConnections);
        builder.AddStreams();
        builder.Services.AddModerationViews();
        builder.Services.AddPages();
        configure?.Invoke(builder);

        var app = builder.Build();
        // First, because a misspelt setting may cause later errors under other names.
        SettingNames.Check(app.Configuration, app.Services.GetServices<OptionsSection>());
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        app.UseMetrics();
        app.UseTraces();
        // Before the first key is created: from then on, a missing database counts as lost.
        app.Services.GetRequiredService<IEventLog>();
        app.UseHttpEdge();
        app.UseBearerTokens();
        app.MapHealth();
        app.MapCommentWriting();
        app.MapHighlights();
        app.MapQuestions();
        app.MapPolls();
        app.MapModes();
        app.MapRules();
        app.MapModeration();
        app.MapNetworkBlocks();
        app.MapMetrics();
        app.MapCluster();
        app.MapAccounts();
        app.MapPersonalData();
        app.MapEvents();
        app.MapCommentReading();
        app.MapReplay();
        app.MapPresence();
        app.MapStatistics();
        app.MapPictures();
        app.MapPages();
        app.MapDemoVideo();
        app.MapOpenApi();
        return app;
    }
}
