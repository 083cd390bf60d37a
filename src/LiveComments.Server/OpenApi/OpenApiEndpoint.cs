using System.Text;

namespace LiveComments.Server.OpenApi;

/// <summary><c>/openapi/v1.json</c>.</summary>
internal static class OpenApiEndpoint
{
    public static void MapOpenApi(this WebApplication app)
    {
        // Cached for the last path base; a server usually has one.
        (string PathBase, byte[] Json)? made = null;
        app.MapGet("/openapi/v1.json", (HttpContext context) =>
        {
            var pathBase = context.Request.PathBase.ToUriComponent();
            if (made is not { } document || document.PathBase != pathBase)
                made = document = (pathBase, Encoding.UTF8.GetBytes(OpenApiDocument.Create(((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints), pathBase).ToJsonString()));
            return TypedResults.Bytes(document.Json, "application/json");
        })
            .Documented(new("getOpenApi", "Get this document") { Answers = [new(200, "OpenApi")] });
    }
}
