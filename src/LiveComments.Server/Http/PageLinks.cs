namespace LiveComments.Server.Http;

/// <summary>The <c>Link</c> header of a page (RFC 8288): absolute paths, which hold behind any proxy that forwards the path base.</summary>
internal static class PageLinks
{
    /// <summary>Adds a link to the same call with other paging; the parameters in <paramref name="kept"/> stay as they were asked.</summary>
    public static void AddPageLink(this HttpContext context, string relation, string parameter, string value, params ReadOnlySpan<string> kept)
    {
        var request = context.Request;
        var query = QueryString.Create(parameter, value);
        foreach (var name in kept)
            if (request.Query[name] is [{ } same])
                query = query.Add(name, same);
        context.Response.Headers.Append("Link", $"<{request.PathBase.ToUriComponent()}{request.Path.ToUriComponent()}{query.ToUriComponent()}>; rel=\"{relation}\"");
    }
}
