using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace LiveComments.Tests.EndToEnd.Crash;

/// <summary>A stream that resumes one entry too early.</summary>
internal sealed class ResumeOffByOne : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, go) =>
        {
            var request = context.Request;
            if (request.Path.Value!.EndsWith("/stream", StringComparison.Ordinal) && Position.TryParse(request.Query["after"].ToString(), out var after) && after.Seq > 0)
                request.QueryString = new QueryString($"?sample=off&after={after with { Seq = after.Seq - 1 }}");
            return go(context);
        });
        next(app);
    };
}
