using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LiveComments.Tests.Server;

public sealed class ErrorAnswersTests
{
    [Theory]
    [InlineData("fault", "internal")]
    [InlineData("store", "store-unavailable")]
    [InlineData("unknown", "outcome-unknown")]
    [InlineData("bad", "invalid-request")]
    [InlineData("large", "body-too-large")]
    public async Task What_throws_is_answered_with_a_code_and_nothing_of_the_exception(string path, string code)
    {
        await using var server = await EdgeServer.StartAsync(Throwing);
        var response = await server.Client.GetAsync($"/throw/{path}");
        await ProblemAssert.IsAsync(Error.All.Single(error => error.Code == code), response);
        Assert.DoesNotContain("inside", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_endpoint_had_prepared_is_not_in_the_answer_of_its_failure()
    {
        await using var server = await EdgeServer.StartAsync(app => app.MapGet("/half", (HttpContext context) =>
        {
            context.Response.Headers.Link = "</half?after=1:2>; rel=\"next\"";
            context.Response.ContentLength = 3;
            throw new InvalidOperationException("inside");
        }));
        var response = await server.Client.GetAsync("/half");
        await ProblemAssert.IsAsync(Error.Internal, response);
        Assert.False(response.Headers.Contains("Link"));
    }

    [Fact]
    public async Task An_answer_that_fails_in_its_middle_is_cut_off_and_never_looks_whole()
    {
        await using var server = await EdgeServer.StartAsync(app => app.MapGet("/half", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("[1,2,");
            await context.Response.Body.FlushAsync();
            throw new InvalidOperationException("inside");
        }));
        await Assert.ThrowsAsync<HttpRequestException>(() => server.Client.GetStringAsync("/half"));
    }

    [Fact]
    public async Task Unknown_paths_wrong_methods_and_values_that_do_not_bind_are_problems()
    {
        await using var server = await EdgeServer.StartAsync(app => app.MapGet("/number", (int n) => $"{n}"));
        await ProblemAssert.IsAsync(Error.NotFound, await server.Client.GetAsync("/nothing"));
        var wrong = await server.Client.GetAsync("/write");
        await ProblemAssert.IsAsync(Error.MethodNotAllowed, wrong);
        Assert.Equal(["POST"], wrong.Content.Headers.Allow);
        await ProblemAssert.IsAsync(Error.InvalidRequest, await server.Client.GetAsync("/number?n=many"));
    }

    private static void Throwing(WebApplication app) => app.MapGet("/throw/{what}", (string what) => (IResult)(what switch
    {
        "store" => throw new StoreUnavailableException("inside"),
        "unknown" => throw new StoreUnavailableException("inside", outcomeUnknown: true),
        "bad" => throw new BadHttpRequestException("inside"),
        "large" => throw new BadHttpRequestException("inside", StatusCodes.Status413PayloadTooLarge),
        _ => throw new InvalidOperationException("inside"),
    }));
}
