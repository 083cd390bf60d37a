using LiveComments.Configuration;
using LiveComments.Server.Connections;
using LiveComments.Server.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace LiveComments.Server;

/// <summary>What every request passes before its endpoint: proxies, errors, limits, headers, origins.</summary>
internal static class HttpEdge
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];
    private static readonly string[] RequestHeaders = ["Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID"];
    private static readonly string[] ResponseHeaders = ["Link", "LiveComments-Position", "Location", "Retry-After"];

    public static void AddHttpEdge(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSection<ProxyOptions>("LiveComments:Proxy").ValidateForm(options => options.Fault());
        services.AddSection<OriginOptions>("LiveComments:Origins").ValidateForm(options => options.Fault());
        services.AddSection<RequestLimitOptions>("LiveComments:Requests").ValidateDataAnnotations().ValidateOnStart();
        services.AddSection<HostNameOptions>("LiveComments:Hosts").ValidateForm(options => options.Fault());
        services.AddCors();
        // Half a year: who comes back for the next season is still protected. Without subdomains, which may be other people's, and without the browsers' own lists, which nobody gets off soon.
        services.AddHsts(hsts => hsts.MaxAge = TimeSpan.FromDays(180));
        services.AddRequestTimeouts();
        // It warns with a stack of every request whose time is up, which a client decides that sends no body. Metrics count them by status.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Http.Timeouts.RequestTimeoutsMiddleware", LogLevel.Error);
        services.AddOptions<RequestTimeoutOptions>().Configure((RequestTimeoutOptions timeouts, IOptions<RequestLimitOptions> limits) =>
            timeouts.DefaultPolicy = new RequestTimeoutPolicy
            {
                Timeout = limits.Value.Timeout,
                TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
                WriteTimeoutResponse = RequestLimits.AnswerTimeoutAsync,
            });
        // A value that does not bind is the caller's mistake: thrown, so that it is answered like every other.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // An answer waits in memory for its client, who must take it at the pace of a poor link at least; Kestrel's own 240 bytes would hold it for half an hour.
            kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 4 * 1024, gracePeriod: TimeSpan.FromSeconds(5));
            kestrel.Limits.MaxRequestBodySize = 2 * JsonBody.MaxBytes;
            // What a client sends faster than it is taken waits in the kernel, not here: a megabyte a connection otherwise.
            kestrel.Limits.MaxRequestBufferSize = 64 * 1024;
            // A browser has all its tabs on one connection, and a proxy many viewers; each open stream takes a place for hours, and who finds none is not answered
            // but waits. Kestrel's own 100 is for requests that end; browsers themselves go up to 256. What a stream may hold is bounded for each of them alone.
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
            // At the last moment, because an answer that failed is cleared and written anew.
            context.Response.OnStarting(SetStandingHeaders, context.Response);
            return next(context);
        });
        if (proxy.PathBase.Length > 0)
            // What a proxy says for one request goes before what is set for all.
            app.UseWhen(context => !context.Request.PathBase.HasValue, branch => branch.UsePathBase(proxy.PathBase));
        app.UseRoutingWithHead();
        // Around the faults, so that they too are answered where the request went on.
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
        // It is for the work. What is being answered takes as long as the client's way to it: half a megabyte of a replay 20 s on a poor one.
        ((HttpResponse)response).HttpContext.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        // A cache that keeps a removed comment, or a token, breaks a promise; what may be kept says so itself.
        if (headers.CacheControl.Count == 0)
            headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}
