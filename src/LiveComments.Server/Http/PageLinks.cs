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
        // One header field with all links: many clients read only the first line of a header.
        var links = context.Response.Headers.Link.ToString();
        context.Response.Headers.Link = $"{links}{(links.Length > 0 ? ", " : "")}<{request.PathBase.ToUriComponent()}{request.Path.ToUriComponent()}{query.ToUriComponent()}>; rel=\"{relation}\"";
    }
}
