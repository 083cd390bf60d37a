namespace LiveComments.Server.OpenApi;

/// <summary>What <c>/openapi/v1.json</c> says about one call beside its path and method.</summary>
/// <param name="Id">Its <c>operationId</c>, which generators make names of methods from: a verb and what it is done to, such as <c>postComment</c>. No two calls have the same.</param>
/// <param name="Summary">One line: what the call does.</param>
internal sealed record Documentation(string Id, string Summary)
{
    /// <summary>Details, in CommonMark.</summary>
    public string? Description { get; init; }

    /// <summary>Name of the JSON body's schema in <c>components.json</c>; null for a call without a body.</summary>
    public string? Body { get; init; }

    /// <summary>The media type of a body that is not JSON; null for a call without such a body.</summary>
    public string? BodyType { get; init; }

    /// <summary>Names of the query parameters and request headers, as keys of <c>components.json</c>.</summary>
    public IReadOnlyList<string> Parameters { get; init; } = [];

    /// <summary>What a success looks like.</summary>
    public IReadOnlyList<Answer> Answers { get; init; } = [];

    /// <summary>
    /// The call's own refusals. What every call of its kind may answer is added: about the body when there is one, the token, the
    /// origin, the store and the load. A call with <see cref="Error.Unauthenticated"/> among them needs a token.
    /// </summary>
    public IReadOnlyList<Error> Errors { get; init; } = [];
}
