using System.Text.Json.Nodes;
using LiveComments.Server.Http;
using Microsoft.AspNetCore.Routing.Patterns;

namespace LiveComments.Server.OpenApi;

/// <summary>
/// The OpenAPI 3.1 document of the endpoints that are mapped: paths and methods from routing, errors from the one table, the rest from
/// each endpoint's <see cref="Documentation"/> and from <c>components.json</c>.
/// </summary>
internal static class OpenApiDocument
{
    private const string Description = """
        Live comments for live video. Everything said here is JSON in UTF-8; times are RFC 3339 in UTC with milliseconds; ids are UUIDs.
        Requests may write times with any offset and more digits. Every GET also answers HEAD.

        `videoID` in a path is an event's UUID or the alias it was given. A private event is answered as if it did not exist to everybody who may not read it. A `position` is `epoch:seq`, a place in the event's one gapless log: what is read up to
        a position and streamed after it has no gap and no repetition.

        Errors are problem details (RFC 9457) with a stable `code`. 429 and 503 say in `Retry-After` when to try again. After 503 `outcome-unknown`, or no answer
        at all, repeat the call with the same `Idempotency-Key`: it is done once.
        """;

    public static JsonObject Create(IEnumerable<Endpoint> endpoints, string pathBase)
    {
        using var file = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("components.json")!;
        var paths = new JsonObject();
        foreach (var endpoint in endpoints.OfType<RouteEndpoint>().OrderBy(endpoint => endpoint.RoutePattern.RawText, StringComparer.Ordinal))
        {
            var path = PathOf(endpoint.RoutePattern);
            // The stream takes every method, to answer all but GET itself.
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [HttpMethods.Get])
            {
                if (paths[path] is not JsonObject item)
                    paths[path] = item = [];
                item[method.ToLowerInvariant()] = Operation(endpoint, path, method);
            }
        }
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "LiveComments", ["version"] = "1", ["description"] = Description },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = pathBase.Length == 0 ? "/" : pathBase }),
            ["tags"] = CallGroups.ToJson(),
            ["paths"] = paths,
            ["components"] = JsonNode.Parse(file),
        };
    }

    /// <summary>The path without constraints, which are the router's own.</summary>
    private static string PathOf(RoutePattern pattern) => "/" + string.Join('/', pattern.PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part => part is RoutePatternParameterPart parameter ? $"{{{parameter.Name}}}" : ((RoutePatternLiteralPart)part).Content))));

    private static JsonObject Operation(RouteEndpoint endpoint, string path, string method)
    {
        var documentation = endpoint.Metadata.GetMetadata<Documentation>() ?? new Documentation("", "");
        var operation = new JsonObject
        {
            ["operationId"] = documentation.Id,
            ["summary"] = documentation.Summary,
            ["tags"] = new JsonArray(CallGroups.Of(path)),
        };
        if (documentation.Description is { } description)
            operation["description"] = description;
        var parameters = endpoint.RoutePattern.Parameters.Select(parameter => parameter.Name).Concat(documentation.Parameters).ToList();
        if (parameters.Count > 0)
            operation["parameters"] = new JsonArray([.. parameters.Select(name => Reference("parameters", name))]);
        if (documentation.BodyType is { } type)
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(type, new JsonObject { ["type"] = "string", ["format"] = "binary" }) };
        if (documentation.Body is { } body)
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content("application/json", Reference("schemas", body)) };
        var errors = ErrorsOf(endpoint, documentation, method);
        operation["responses"] = Responses(documentation.Answers, errors);
        // Anybody reads a public event; a private one is found by those who may read it.
        var optional = HttpMethods.IsGet(method) && errors.Contains(Error.EventNotFound) && !errors.Contains(Error.Unauthenticated);
        operation["security"] = optional ? new JsonArray(new JsonObject(), Bearer()) : errors.Contains(Error.Unauthenticated) ? new JsonArray(Bearer()) : [];
        return operation;
    }

    /// <summary>The call's own errors and those it shares with others.</summary>
    private static HashSet<Error> ErrorsOf(Endpoint endpoint, Documentation documentation, string method)
    {
        HashSet<Error> errors = [.. documentation.Errors, Error.Internal, Error.HostRefused, Error.NetworkBlocked, Error.InvalidToken, Error.TokenExpired, Error.AccountSuspended];
        if (documentation.BodyType is not null)
            errors.UnionWith([Error.InvalidRequest, Error.BodyTimeout, Error.BodyTooLarge]);
        if (documentation.Body is not null)
            errors.UnionWith([Error.InvalidRequest, Error.InvalidJson, Error.BodyTimeout, Error.BodyTooLarge, Error.UnsupportedMediaType]);
        if (!HttpMethods.IsGet(method))
            errors.UnionWith([Error.OriginRefused, Error.OutcomeUnknown]);
        if (endpoint.Metadata.GetMetadata<RequestLimits.Outside>() is null)
            errors.UnionWith([Error.Busy, Error.StoreUnavailable]);
        return errors;
    }

    private static JsonObject Responses(IEnumerable<Answer> answers, IEnumerable<Error> errors)
    {
        var responses = new JsonObject();
        foreach (var answer in answers)
        {
            var response = new JsonObject { ["description"] = answer.Status switch { 101 => "The WebSocket is open.", 201 => "Created.", 202 => "Taken, not yet done.", 204 => "Done.", 302 => "Go on there.", 304 => "What the cache has still holds.", 404 => "There is no such event, or it is private: the page finds it for those who may read it.", _ => "Success." } };
            if (answer.Schema is { } schema)
                response["content"] = Content(answer.ContentType, Reference("schemas", schema));
            else if (answer.Status is 200 or 404)
                response["content"] = Content(answer.ContentType, new JsonObject { ["type"] = "string" });
            responses[$"{answer.Status}"] = response;
        }
        foreach (var status in errors.OrderBy(error => error.Status).ThenBy(error => error.Code, StringComparer.Ordinal).GroupBy(error => error.Status))
        {
            var response = new JsonObject
            {
                ["description"] = string.Join("\n", status.Select(error => $"- `{error.Code}`: {error.Title}")),
                ["content"] = Content("application/problem+json", new JsonObject
                {
                    ["allOf"] = new JsonArray(Reference("schemas", "Problem"), new JsonObject
                    {
                        ["properties"] = new JsonObject { ["code"] = new JsonObject { ["enum"] = new JsonArray([.. status.Select(error => (JsonNode)error.Code)]) } },
                    }),
                }),
            };
            if (status.Key is 429 or 503)
                response["headers"] = new JsonObject { ["Retry-After"] = Reference("headers", "Retry-After") };
            responses[$"{status.Key}"] = response;
        }
        return responses;
    }

    private static JsonObject Content(string type, JsonObject schema) => new() { [type] = new JsonObject { ["schema"] = schema } };

    private static JsonObject Reference(string kind, string name) => new() { ["$ref"] = $"#/components/{kind}/{name}" };

    private static JsonObject Bearer() => new() { ["bearer"] = new JsonArray() };
}
