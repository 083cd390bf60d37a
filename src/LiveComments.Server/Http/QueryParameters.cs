using System.Globalization;

namespace LiveComments.Server.Http;

/// <summary>Reads query parameters strictly: each at most once, each of its form.</summary>
internal static class QueryParameters
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 500;

    /// <summary>False, with the error to answer, when a parameter is given twice; null when it is not given.</summary>
    public static bool TrySingle(this HttpRequest request, string name, out string? value, out IResult? error)
    {
        var values = request.Query[name];
        value = values.Count == 0 ? null : values[0];
        error = values.Count > 1 ? Fault(name, "is given more than once") : null;
        return error is null;
    }

    /// <summary>The page size asked for.</summary>
    public static bool TryLimit(this HttpRequest request, out int limit, out IResult? error)
    {
        limit = DefaultLimit;
        if (!request.TrySingle("limit", out var text, out error))
            return false;
        if (text is not null && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
            error = Fault("limit", $"is a number from 1 to {MaxLimit}");
        return error is null;
    }

    public static IResult Fault(string name, string form) => Problem.Of(Error.InvalidParameter, $"{name} {form}.");
}
