using LiveComments.Configuration;
using LiveComments.Moderation;
using LiveComments.Server.Connections;
using LiveComments.Server.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace LiveComments.Server;

/// <summary>What every request passes before its endpoint: proxies, errors, limits, headers, origins.</summary>
internal static class HttpEdge
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];
    private static readonly string[] RequestHeaders = ["Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID", "X-Challenge-Answer"];
    private static readonly string[] ResponseHeaders = ["Link", "LiveComments-Position", "Location", "Retry-After"];

    public static void AddHttpEdge(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSection<ProxyOptions>("LiveComments:Proxy").ValidateForm(options => options.Fault());
        services.AddSection<LocalityOptions>("LiveComments:Localities").ValidateForm(options => options.Fault());
        services.AddSingleton<LocalityFile>();
        services.AddSingleton<Localities>();
        services.AddSection<OriginOptions>("LiveComments:Origins").ValidateForm(options => options.Fault());
        services.AddSection<RequestLimitOptions>("LiveComments:Requests").ValidateDataAnnotations().ValidateOnStart();
        services.AddSection<HostNameOptions>("LiveComments:Hosts").ValidateForm(options => options.Fault());
        services.TryAddSingleton<NetworkBlocks>();
        services.AddCors();
        // Half a year, until the next season. Without subdomains, which may belong to others, and without preload lists, which are hard to leave.
        services.AddHsts(hsts => hsts.MaxAge = TimeSpan.FromDays(180));
        services.AddRequestTimeouts();
        // It logs a stack for every timed-out request, which any client can cause by not sending the body. Metrics count them by status.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Http.Timeouts.RequestTimeoutsMiddleware", LogLevel.Error);
        services.AddOptions<RequestTimeoutOptions>().Configure((RequestTimeoutOptions timeouts, IOptions<RequestLimitOptions> limits) =>
            timeouts.DefaultPolicy = new RequestTimeoutPolicy
            {
                Timeout = limits.Value.Timeout,
                TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
                WriteTimeoutResponse = RequestLimits.AnswerTimeoutAsync,
            });
        // Thrown, so that a value that does not bind is answered like every other error.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // An answer waits in memory for its client, who must read at least as fast as a poor link; with Kestrel's 240 bytes/s it could stay for half an hour.
            kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 4 * 1024, gracePeriod: TimeSpan.FromSeconds(5));
            kestrel.Limits.MaxRequestBodySize = 2 * JsonBody.MaxBytes;
            // Unread data waits in the kernel, not here; the default is a megabyte per connection.
            kestrel.Limits.MaxRequestBufferSize = 64 * 1024;
            // A browser has all its tabs on one connection, and a proxy many viewers. Each open stream takes a place for hours, and a request without a place waits unanswered. Kestrel's 100
            // is meant for requests that end; browsers allow 256. The memory of each stream is bounded separately.
            kestrel.Limits.Http2.MaxStreamsPerConnection = 1_000;
        });
    }

    public static void UseHttpEdge(this WebApplication app)
    {
        var proxy = app.Services.GetRequiredService<IOptions<ProxyOptions>>().Value;
        app.UseWhen(ProxyHeaders.IsOwnTls, branch => branch.UseHsts());
        app.UseMiddleware<ProxyHeaders>();
        if (proxy.Trusted.Count > 0)
            app.UseForwardedHeaders(ProxyHeaders.Believed(proxy));
        app.Use((context, next) =>
        {
            // As late as possible, because a failed answer is cleared and written again.
            context.Response.OnStarting(SetStandingHeaders, context.Response);
            return next(context);
        });
        app.UseMiddleware<NetworkGate>();
        if (proxy.PathBase.Length > 0)
            // A proxy's header for one request wins over the setting.
            app.UseWhen(context => !context.Request.PathBase.HasValue, branch => branch.UsePathBase(proxy.PathBase));
        app.UseRoutingWithHead();
        // Outside the error handling, so that errors are answered on the same thread.
        app.Use((context, next) => InlineRequests.MayStay(context) ? next(context) : InlineRequests.LeaveAsync(context, next));
        app.UseMiddleware<ErrorAnswers>();
        app.UseMiddleware<HostCheck>();
        if (app.Services.GetRequiredService<IOptions<OriginOptions>>().Value.Allowed is { Count: > 0 } allowed)
            app.UseCors(policy => policy.WithOrigins([.. allowed]).WithMethods(Methods).WithHeaders(RequestHeaders).WithExposedHeaders(ResponseHeaders)
                .SetPreflightMaxAge(TimeSpan.FromHours(1)));
        app.Use(ConnectionRefusal.AnswerAsync);
        app.UseMiddleware<RequestLimits>();
        app.UseRequestTimeouts();
        app.UseMiddleware<OriginCheck>();
    }

    private static Task SetStandingHeaders(object response)
    {
        var headers = ((HttpResponse)response).Headers;
        // The time-out is for the work. Sending the answer takes as long as the client's link needs: 20 s for half a megabyte on a poor one.
        ((HttpResponse)response).HttpContext.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        // No caching by default: a cache must not keep removed comments or tokens. Answers that may be cached say so.
        if (headers.CacheControl.Count == 0)
            headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}
