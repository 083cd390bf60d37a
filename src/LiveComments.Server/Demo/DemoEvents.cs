using System.Security.Cryptography;
using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Ingest;
using LiveComments.Server.Auth.Passwords;

namespace LiveComments.Server.Demo;

/// <summary>The data that a demo starts with: an administrator, an ended event, and one that went live two minutes ago.</summary>
/// <param name="Live">The event that is live.</param>
/// <param name="Password">Of the administrator.</param>
internal sealed record DemoEvents(EventId Live, string Password)
{
    public const string LiveVideoId = "demo", RecordedVideoId = "demo-recording", Administrator = "host";

    private static readonly TimeSpan RecordedAgo = TimeSpan.FromHours(1), RecordedLength = TimeSpan.FromMinutes(5), LiveFor = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Writes it by playing it with a clock that is set to the past and moved on: every comment passes ingest, room and log as
    /// if it had been written then.
    /// </summary>
    public static async Task<DemoEvents> CreateAsync(ServerArguments arguments, IReadOnlyList<Caller> people, CancellationToken ct)
    {
        var now = TimeProvider.System.GetUtcNow();
        var clock = new PastClock(now - RecordedAgo);
        await using var app = LiveCommentsServer.Build(arguments, builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<TimeProvider>(clock);
            // Minutes are written within a second, faster than the limits allow people to write.
            builder.Configuration["LiveComments:Limits:Enabled"] = "false";
            // Nobody waits for one of these answers.
            builder.LetStoreTake(TimeSpan.FromSeconds(30));
        });
        var (host, password) = await CreateAdministratorAsync(app.Services, ct);
        var recorded = await PlayAsync(app.Services, clock, people, Event(clock, RecordedVideoId, "The semi-final, to watch again", host), RecordedLength, ct);
        if ((await app.Services.GetRequiredService<EventControl>().EndAsync(recorded, ct)).Error is { } error)
            throw new InvalidOperationException(error.Title);
        clock.Advance(now - LiveFor - clock.GetUtcNow());
        return new DemoEvents(await PlayAsync(app.Services, clock, people, Event(clock, LiveVideoId, "The grand finale, live", host, DemoVideo.Path), LiveFor, ct), password);
    }

    private static async Task<EventId> PlayAsync(IServiceProvider services, PastClock clock, IReadOnlyList<Caller> people, LiveEvent planned, TimeSpan length, CancellationToken ct)
    {
        var control = services.GetRequiredService<EventControl>();
        if (((await control.CreateAsync(planned, ct)).Error ?? (await control.StartAsync(planned.Id, ct)).Error) is { } error)
            throw new InvalidOperationException(error.Title);
        await ActivatorUtilities.CreateInstance<Crowd>(services, people, Random.Shared).PlayAsync(planned.Id, length, (pause, _) =>
        {
            clock.Advance(pause);
            return Task.CompletedTask;
        }, ct);
        return planned.Id;
    }

    private static LiveEvent Event(TimeProvider clock, string videoId, string title, UserId host, string? video = null)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        return new LiveEvent(EventId.New(clock), videoId, title, "A demo: the people in it are made up, what they write comes from real live chats.", "entertainment",
            EventStatus.Scheduled, now, false, null, "UTC", EventSettings.Default with { Questions = true, VideoUrl = video }, host, now, now);
    }

    private static async Task<(UserId Id, string Password)> CreateAdministratorAsync(IServiceProvider services, CancellationToken ct)
    {
        var password = RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 12);
        using var place = await services.GetRequiredService<PasswordHashing>().TryEnterAsync(SignInSource.Command, ct);
        var hash = await place!.HashAsync(password);
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var account = new Account(new UserId(Guid.NewGuid()), Administrator, null, "The host", null, Role.Administrator, AccountStatus.Active, "{}", now, now);
        return await services.GetRequiredService<IAccountStore>().AddAsync(account, new Credentials(account.Id, hash, now), ct) is { } error
            ? throw new InvalidOperationException(error.Title)
            : (account.Id, password);
    }
}
