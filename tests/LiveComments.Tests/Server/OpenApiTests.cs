using System.Text;
using System.Text.Json.Nodes;
using LiveComments.Server.OpenApi;
using LiveComments.Tests.EndToEnd;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Server;

public sealed class OpenApiTests
{
    [Fact]
    public async Task Another_programs_reader_reads_the_document_without_a_fault()
    {
        await using var server = await TestServer.StartAsync();
        var json = await server.Anonymous.GetStringAsync("/openapi/v1.json");
        var read = await Microsoft.OpenApi.OpenApiDocument.LoadAsync(new MemoryStream(Encoding.UTF8.GetBytes(json)), "json");
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        Assert.NotEmpty(read.Document!.Paths);
    }

    [Fact]
    public async Task Every_call_of_the_running_server_is_documented_with_a_summary_an_answer_and_its_errors()
    {
        await using var server = await TestServer.StartAsync();
        var endpoints = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        Assert.True(endpoints.Count > 5);
        Assert.All(endpoints, endpoint => Assert.False(string.IsNullOrWhiteSpace(endpoint.Metadata.GetMetadata<Documentation>()?.Summary), $"{endpoint.DisplayName} is not documented."));

        var document = await ReadAsync(server);
        var operations = Operations(document).ToList();
        Assert.Equal(endpoints.SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Count(), operations.Count);
        Assert.All(operations, operation =>
        {
            var responses = operation.Value["responses"]!.AsObject();
            Assert.True(responses.Any(response => int.Parse(response.Key) < 400), $"{operation.Path} does not say what it answers.");
            var codes = responses.SelectMany(response => response.Value!["content"]?["application/problem+json"]?["schema"]?["allOf"]?[1]?["properties"]?["code"]?["enum"]?.AsArray() ?? [])
                .Select(code => code!.GetValue<string>()).ToList();
            Assert.NotEmpty(codes);
            Assert.Subset(Error.All.Select(error => error.Code).ToHashSet(), codes.ToHashSet());
        });
        var ids = operations.Select(operation => operation.Value["operationId"]!.GetValue<string>()).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public async Task Every_call_is_in_a_group_and_only_pages_and_their_files_are_in_that_of_the_pages()
    {
        await using var server = await TestServer.StartAsync();
        var document = await ReadAsync(server);
        var groups = document["tags"]!.AsArray().Select(tag => tag!["name"]!.GetValue<string>()).ToList();
        var calls = Operations(document).ToLookup(operation => Assert.Single(operation.Value["tags"]!.AsArray())!.GetValue<string>());
        Assert.Equal(groups.Order(), calls.Select(group => group.Key).Order());
        Assert.All(calls["Pages"], call => Assert.DoesNotContain("application/json", call.Value["responses"]!["200"]?["content"]?.AsObject().Select(content => content.Key) ?? []));
    }

    [Fact]
    public async Task Every_reference_leads_somewhere_and_every_component_is_used_or_what_a_client_sends()
    {
        await using var server = await TestServer.StartAsync();
        var document = await ReadAsync(server);
        var used = References(document).ToHashSet();
        Assert.All(used, reference => Assert.NotNull(reference.Split('/').Skip(1).Aggregate((JsonNode?)document, (node, name) => node?[name])));
        var known = new[] { "schemas", "parameters" }.SelectMany(kind => document["components"]![kind]!.AsObject().Select(component => $"#/components/{kind}/{component.Key}"));
        Assert.Equal(["#/components/schemas/ClientMessage"], known.Except(used));
    }

    [Fact]
    public async Task Every_body_and_every_answer_that_is_an_object_has_an_example_of_its_schema()
    {
        await using var server = await TestServer.StartAsync();
        var document = await ReadAsync(server);
        var check = new SchemaCheck(document);
        var schemas = Operations(document).SelectMany(operation => operation.Value["responses"]!.AsObject().Select(response => response.Value).Append(operation.Value["requestBody"]))
            .Select(body => body?["content"]?["application/json"]?["schema"]?["$ref"]?.GetValue<string>()).OfType<string>().Distinct()
            .Select(reference => (Name: reference.Split('/')[^1], Schema: document["components"]!["schemas"]![reference.Split('/')[^1]]!))
            .Where(named => named.Schema["type"]?.ToString() == "object").ToList();
        Assert.True(schemas.Count > 20);
        Assert.All(schemas, named =>
        {
            var example = Assert.Single(named.Schema["examples"]?.AsArray() ?? []);
            Assert.Null(check.Fault(example, named.Schema, named.Name));
        });
    }

    [Fact]
    public async Task Calls_are_named_by_a_verb_and_what_it_is_done_to()
    {
        await using var server = await TestServer.StartAsync();
        var ids = Operations(await ReadAsync(server)).Select(operation => operation.Value["operationId"]!.GetValue<string>()).ToList();
        Assert.All(ids, id => Assert.Matches("^[a-z][A-Za-z]{2,29}$", id));
        Assert.Contains("postComment", ids);
    }

    [Fact]
    public async Task A_call_that_needs_a_token_says_so()
    {
        await using var server = await TestServer.StartAsync();
        var document = await ReadAsync(server);
        Assert.Equal("""[{"bearer":[]}]""", document["paths"]!["/live/{videoID}/comments"]!["post"]!["security"]!.ToJsonString());
        Assert.Equal("""[{},{"bearer":[]}]""", document["paths"]!["/live/{videoID}/comments/stream"]!["get"]!["security"]!.ToJsonString());
        Assert.Equal("[]", document["paths"]!["/healthz/live"]!["get"]!["security"]!.ToJsonString());
    }

    private static async Task<JsonNode> ReadAsync(TestServer server) => JsonNode.Parse(await server.Anonymous.GetStringAsync("/openapi/v1.json"))!;

    private static IEnumerable<(string Path, JsonNode Value)> Operations(JsonNode document) =>
        document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => ($"{operation.Key} {path.Key}", operation.Value!)));

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject item => item.SelectMany(member => member is { Key: "$ref", Value: { } reference } ? [reference.GetValue<string>()] : References(member.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}
