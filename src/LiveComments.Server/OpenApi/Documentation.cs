namespace LiveComments.Server.OpenApi;

/// <summary>What <c>/openapi/v1.json</c> says about one call beside its path and method.</summary>
/// <param name="Summary">One line: what the call does.</param>
internal sealed record Documentation(string Summary)
{
    /// <summary>What the summary leaves open, in CommonMark.</summary>
    public string? Description { get; init; }

    /// <summary>Name of the JSON body's schema in <c>schemas.json</c>; null for a call without a body.</summary>
    public string? Body { get; init; }

    /// <summary>Names of the query parameters and request headers, as in <c>parameters.json</c>.</summary>
    public IReadOnlyList<string> Parameters { get; init; } = [];

    /// <summary>What a success looks like.</summary>
    public IReadOnlyList<Answer> Answers { get; init; } = [];

    /// <summary>
    /// The call's own refusals. Those that every call may give are added: of the body when there is one, of the token, of the origin, of the store,
    /// of load. With <see cref="Error.Unauthenticated"/> among them the call needs a token.
    /// </summary>
    public IReadOnlyList<Error> Errors { get; init; } = [];
}

/// <param name="Schema">Name of the JSON answer's schema in <c>schemas.json</c>; null for an empty answer.</param>
internal readonly record struct Answer(int Status, string? Schema = null, string ContentType = "application/json");

internal static class DocumentationExtensions
{
    /// <summary>Says what a call does; a test holds that every call says it.</summary>
    public static TBuilder Documented<TBuilder>(this TBuilder builder, Documentation documentation) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(documentation);
}
