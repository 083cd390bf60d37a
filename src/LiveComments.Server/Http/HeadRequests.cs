using Microsoft.AspNetCore.Http.Features;

namespace LiveComments.Server.Http;

/// <summary>
/// Routes HEAD to the endpoint of GET, and drops the body. What a GET would use up or change, the endpoint leaves alone
/// for a HEAD.
/// </summary>
internal static class HeadRequests
{
    public static void UseRoutingWithHead(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            if (HttpMethods.IsHead(context.Request.Method))
            {
                context.Features.Set(Head.Mark);
                context.Request.Method = HttpMethods.Get;
            }
            return next(context);
        });
        app.UseRouting();
        app.Use((context, next) =>
        {
            if (context.Features.Get<Head>() is not null)
            {
                context.Request.Method = HttpMethods.Head;
                // The server drops what is written to a HEAD, but over HTTP/2 not what goes straight into its buffer.
                context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
            }
            return next(context);
        });
    }

    private sealed class Head
    {
        public static readonly Head Mark = new();
    }
}
