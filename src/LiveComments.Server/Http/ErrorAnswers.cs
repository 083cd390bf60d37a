using System.Diagnostics.Metrics;
using LiveComments.Telemetry;
using Microsoft.AspNetCore.Connections;

namespace LiveComments.Server.Http;

/// <summary>Turns unanswered requests and exceptions into problem details with a code.</summary>
internal sealed partial class ErrorAnswers
{
    private readonly RequestDelegate _next;
    private readonly ILogger<ErrorAnswers> _log;
    private readonly Counter<long> _faults;

    public ErrorAnswers(RequestDelegate next, IMeterFactory meters, ILogger<ErrorAnswers> log)
    {
        (_next, _log) = (next, log);
        _faults = meters.LiveComments().CreateCounter<long>("livecomments.faults", "{fault}", "Requests that failed by a fault of the program; the log says which.");
        _faults.Add(0);
    }

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await _next(context);
            if (context.Response is { HasStarted: false, StatusCode: StatusCodes.Status405MethodNotAllowed, Headers.Allow: var allow })
                context.Response.Headers.Allow = MethodsOf(allow.ToString());
            if (!context.Response.HasStarted && context.Response.ContentType is null && Unanswered(context.Response.StatusCode) is { } error)
                await Problem.Of(error).ExecuteAsync(context);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            // The client is gone. The reader of the body may learn this before the request does.
            if (context.RequestAborted.IsCancellationRequested || e is ConnectionResetException)
                return;
            var error = e switch
            {
                StoreUnavailableException { OutcomeUnknown: true } => Error.OutcomeUnknown,
                StoreUnavailableException => Error.StoreUnavailable,
                BadHttpRequestException bad => bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? Error.BodyTooLarge : Error.InvalidRequest,
                _ => Error.Internal,
            };
            if (error == Error.Internal)
            {
                _faults.Add(1);
                LogFailed(_log, e, context.Request.Method, context.GetEndpoint()?.DisplayName ?? "");
            }
            context.Response.Clear();
            await Problem.Of(error).ExecuteAsync(context);
        }
    }

    /// <summary>The router's list as it is for whoever asks: HEAD goes where GET goes, and CONNECT is only a WebSocket's way through HTTP/2.</summary>
    private static string MethodsOf(string routed) => string.Join(", ", routed.Split(", ").SelectMany(method => method switch
    {
        "GET" => (string[])["GET", "HEAD"],
        "CONNECT" => [],
        _ => [method],
    }));

    private static Error? Unanswered(int status) => status switch
    {
        StatusCodes.Status400BadRequest => Error.InvalidRequest,
        StatusCodes.Status404NotFound => Error.NotFound,
        StatusCodes.Status405MethodNotAllowed => Error.MethodNotAllowed,
        StatusCodes.Status413PayloadTooLarge => Error.BodyTooLarge,
        StatusCodes.Status415UnsupportedMediaType => Error.UnsupportedMediaType,
        _ => null,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Endpoint} failed")]
    private static partial void LogFailed(ILogger log, Exception exception, string method, string endpoint);
}
