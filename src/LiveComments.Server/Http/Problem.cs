using System.Globalization;
using LiveComments.Challenges;
using LiveComments.Wire;

namespace LiveComments.Server.Http;

/// <summary>Errors as RFC 9457 problem details with the stable <c>code</c> of <see cref="Error"/>.</summary>
internal static class Problem
{
    /// <param name="detail">What exactly is wrong and what to do; null when the title says it.</param>
    /// <param name="retryAfter">Sent in whole seconds, rounded up. Errors 429 and 503 always carry one: a second unless given.</param>
    /// <param name="challenge">What to solve; null for nothing.</param>
    public static IResult Of(Error error, string? detail = null, TimeSpan? retryAfter = null, Challenge? challenge = null) => new Result(error, detail, retryAfter, challenge);

    private sealed class Result(Error error, string? detail, TimeSpan? retryAfter, Challenge? challenge) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            // Read by LimitRefunds.
            context.Features.Set(error);
            var wait = retryAfter ?? (error.Status is 429 or 503 ? TimeSpan.FromSeconds(1) : null);
            if (wait is { } delay)
                context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(delay.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            // The rest of the body may still be under way, and would be read as the next request.
            if (error.Status == 408 && HttpProtocol.IsHttp11(context.Request.Protocol))
                context.Response.Headers.Connection = "close";
            if (error.Status == 401)
                context.Response.Headers.WWWAuthenticate = "Bearer";
            return new JsonAnswer(json =>
            {
                json.WriteStartObject();
                json.WriteString("type"u8, "about:blank"u8);
                json.WriteString("title"u8, error.Title);
                json.WriteNumber("status"u8, error.Status);
                if (detail is not null)
                    json.WriteString("detail"u8, detail);
                json.WriteString("code"u8, error.Code);
                if (challenge is not null)
                    ChallengeJson.Write(json, challenge);
                json.WriteEndObject();
            }, error.Status, "application/problem+json").ExecuteAsync(context);
        }
    }
}
