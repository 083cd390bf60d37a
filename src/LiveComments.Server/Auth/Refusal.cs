using LiveComments.Server.Http;

namespace LiveComments.Server.Auth;

/// <summary>Why not, and when to ask again.</summary>
internal readonly record struct Refusal(Error Error, string? Detail = null, TimeSpan? RetryAfter = null)
{
    public IResult ToResult() => Problem.Of(Error, Detail, RetryAfter);

    public static implicit operator Refusal(Error error) => new(error);
}
