using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using LiveComments.Events;
using LiveComments.Server.Auth;
using LiveComments.Server.Auth.SignIn;
using LiveComments.Server.Challenges;
using LiveComments.Server.Http;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Pages;

/// <summary>What people see: the list of events, an event's page, the pages of administrators and moderators, and the files they are made of.</summary>
internal sealed partial class PageEndpoints(IOptions<PageOptions> options, IOptions<ChallengeOptions> challenge, EventDirectory events)
{
    public IResult Events(HttpContext context) =>
        Page(context, "pages/events.html", StatusCodes.Status200OK, PagePolicy.Of(options.Value, null, []), ("title", "LiveComments"), ("description", ""), ("stage", ""));

    /// <summary>The same for everybody: its data comes from calls that check the caller.</summary>
    public IResult Admin(HttpContext context) =>
        Page(context, "pages/admin.html", StatusCodes.Status200OK, PagePolicy.Of(options.Value, null, []), ("title", "Manage events"));

    /// <summary>The same for everybody, as the administrators' page is.</summary>
    public IResult Moderation(HttpContext context) =>
        Page(context, "pages/moderation.html", StatusCodes.Status200OK, PagePolicy.Of(options.Value, null, []), ("title", "Moderate"));

    /// <summary>The same for everybody, as the administrators' page is: of one event, or of all.</summary>
    public IResult Statistics(HttpContext context) =>
        Page(context, "pages/statistics.html", StatusCodes.Status200OK, PagePolicy.Of(options.Value, null, []), ("title", "Statistics"));

    public async Task<IResult> EventAsync(string videoID, HttpContext context, CancellationToken ct)
    {
        var embedded = context.Request.Query["embed"].ToString() is "chat" or "overlay";
        // A browser sends no token when it loads a page, so private and unknown events get the same page. Its script loads the event for those who may read it, and offers a log-in to
        // others.
        var shown = await events.FindAsync(videoID, ct) is { Settings.Visibility: Visibility.Public } found ? found : null;
        var stage = embedded ? null : shown is null ? Stage.Any : Stage.Of(shown.Settings.VideoUrl);
        return Page(context, "pages/live.html", shown is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK, PagePolicy.Of(options.Value, stage, embedded ? options.Value.EmbedOrigins : [], challenge.Value.Sources),
            ("title", shown?.Title ?? "LiveComments"),
            ("description", shown?.Description ?? ""),
            ("stage", stage?.Origin ?? ""));
    }

    /// <summary>A page with its marks <c>{{name}}</c> replaced, each encoded for HTML.</summary>
    private static IResult Page(HttpContext context, string name, int status, string policy, params (string Mark, string Value)[] marks)
    {
        var files = PageFiles.Instance;
        // In one pass, so that a mark in a title is not replaced.
        var html = Mark().Replace(files.Template(name), match => HtmlEncoder.Default.Encode(match.Groups[1].Value switch
        {
            "assets" => $"{context.Request.PathBase.ToUriComponent()}/assets/{files.Version}",
            "base" => $"{context.Request.PathBase.ToUriComponent()}/",
            "pictures" => context.RequestServices.GetRequiredService<IOptions<PageOptions>>().Value.PictureSource,
            "providers" => context.RequestServices.GetRequiredService<SignInProviders>().Offered,
            "registration" => context.RequestServices.GetRequiredService<IOptions<AuthOptions>>().Value.Registration ? "on" : "off",
            var mark => marks.First(one => one.Mark == mark).Value,
        }));
        var bytes = Encoding.UTF8.GetBytes(html);
        var headers = context.Response.Headers;
        headers[PagePolicy.Header] = policy;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        return Send(context, new PageFile(bytes, null, "text/html; charset=utf-8", $"\"{PageFiles.Hash(bytes)}\""), "no-cache", status);
    }

    public static IResult Asset(string version, string? file, HttpContext context)
    {
        var files = PageFiles.Instance;
        // Pages are made by their own paths: as files they would come without their policy.
        if (file is null || file.EndsWith(".html", StringComparison.Ordinal) || files.Find(file) is not { } found)
            return Problem.Of(Error.NotFound);
        // During an upgrade, a page of the other version gets this version's file, without caching.
        return Send(context, found, version == files.Version ? "public, max-age=31536000, immutable" : "no-cache", StatusCodes.Status200OK);
    }

    private static IResult Send(HttpContext context, PageFile file, string cacheControl, int status)
    {
        var (request, headers) = (context.Request, context.Response.Headers);
        headers.CacheControl = cacheControl;
        headers.ETag = file.ETag;
        headers.Vary = "Accept-Encoding";
        if (status == StatusCodes.Status200OK && request.Headers.IfNoneMatch.ToString().Contains(file.ETag, StringComparison.Ordinal))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        var bytes = file.Bytes;
        if (file.Brotli is { } brotli && request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal))
        {
            headers.ContentEncoding = "br";
            bytes = brotli;
        }
        context.Response.StatusCode = status;
        return TypedResults.Bytes(bytes, file.ContentType);
    }

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Mark();
}
