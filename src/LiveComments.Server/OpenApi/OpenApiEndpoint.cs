using System.Text;
using LiveComments.Server.Http;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.OpenApi;

/// <summary><c>/openapi/v1.json</c>.</summary>
internal static class OpenApiEndpoint
{
    public static void MapOpenApi(this WebApplication app)
    {
        var pathBase = app.Services.GetRequiredService<IOptions<ProxyOptions>>().Value.PathBase;
        // Made when it is first asked for: only then is every endpoint mapped.
        var document = new Lazy<byte[]>(() => Encoding.UTF8.GetBytes(OpenApiDocument.Create(((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints), pathBase).ToJsonString()));
        app.MapGet("/openapi/v1.json", () => TypedResults.Bytes(document.Value, "application/json"))
            .Documented(new("This document") { Answers = [new(200, "OpenApi")] });
    }
}
