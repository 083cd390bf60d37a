using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using LiveComments.Events;
using LiveComments.Server.Auth;
using LiveComments.Server.Auth.SignIn;
using LiveComments.Server.Challenges;
using LiveComments.Server.Events;
using LiveComments.Server.Http;
using LiveComments.Server.Mail;
using Microsoft.Extensions.Options;
using Scalar.AspNetCore;

namespace LiveComments.Server.Pages;

/// <summary>What people see: the list of events, an event's page, the pages of administrators and moderators, and the files they are made of.</summary>
internal sealed partial class PageEndpoints(IOptions<PageOptions> options, IOptions<ChallengeOptions> challenge, EventDirectory events)
{
    public IResult Events(HttpContext context)
    {
        var language = LanguageChoice.Of(context.Request);
        return Page(context, language, "pages/events.html", StatusCodes.Status200OK, PagePolicy.Of(options.Value, null, []),
            ("title", "LiveComments"), ("description", language.Text("preview.events")), ("video", ""), ("address", Address(context, context.Request.Path)));
    }

    /// <summary>The same for everybody: its data comes from calls that check the caller.</summary>
    public IResult Admin(HttpContext context)
    {
        var language = LanguageChoice.Of(context.Request);
        return Page(context, language, "pages/admin.html", StatusCodes.Status200OK, PagePolicy.Of(options.Value, VideoSource.Preview, []), ("title", language.Text("admin.title")));
    }

    /// <summary>The same for everybody, as the administrators' page is.</summary>
    public IResult Moderation(HttpContext context)
    {
        var language = LanguageChoice.Of(context.Request);
        return Page(context, language, "pages/moderation.html", StatusCodes.Status200OK, PagePolicy.Of(options.Value, null, []), ("title", language.Text("live.moderate")));
    }

    /// <summary>The same for everybody, as the administrators' page is: of one event, or of all.</summary>
    public IResult Statistics(HttpContext context)
    {
        var language = LanguageChoice.Of(context.Request);
        return Page(context, language, "pages/statistics.html", StatusCodes.Status200OK, PagePolicy.Of(options.Value, null, []), ("title", language.Text("admin.statistics")));
    }

    /// <summary>The same for everybody: what its link has after # never comes to the server.</summary>
    public IResult Password(HttpContext context)
    {
        var language = LanguageChoice.Of(context.Request);
        return Page(context, language, "pages/password.html", StatusCodes.Status200OK, PagePolicy.Of(options.Value, null, []), ("title", language.Text("password.choose")));
    }

    /// <summary>For people who came by an address that leads nowhere; programs get an error.</summary>
    public IResult Nowhere(HttpContext context)
    {
        var language = LanguageChoice.Of(context.Request);
        return Page(context, language, "pages/nowhere.html", StatusCodes.Status404NotFound, PagePolicy.Of(options.Value, null, []), ("title", language.Text("nowhere.title")));
    }

    /// <summary>The calls of this server, made of its OpenAPI document by Scalar, whose script the server carries.</summary>
    public IResult Reference(HttpContext context)
    {
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        return Page(context, PageLanguage.English, "pages/docs.html", StatusCodes.Status200OK, PagePolicy.Of(options.Value, null, [], nonce: nonce), ("title", "The API of LiveComments"), ("nonce", nonce));
    }

    /// <summary>It is inside Scalar's assembly, compressed, and goes out as it is.</summary>
    public static IResult ReferenceScript(HttpContext context)
    {
        var assembly = typeof(ScalarOptions).Assembly;
        var (request, headers) = (context.Request, context.Response.Headers);
        var tag = $"\"{assembly.ManifestModule.ModuleVersionId:N}\"";
        headers.CacheControl = "no-cache";
        headers.ETag = tag;
        headers.Vary = "Accept-Encoding";
        if (request.Headers.IfNoneMatch.ToString().Contains(tag, StringComparison.Ordinal))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        var script = assembly.GetManifestResourceStream("ScalarStaticAssets.scalar.js")!;
        if (!request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
            script = new GZipStream(script, CompressionMode.Decompress);
        else
            headers.ContentEncoding = "gzip";
        return TypedResults.Stream(script, "text/javascript; charset=utf-8");
    }

    public async Task<IResult> EventAsync(string videoID, HttpContext context, CancellationToken ct)
    {
        var embedded = context.Request.Query["embed"].ToString() is "chat" or "overlay";
        // A browser sends no token when it loads a page, so private and unknown events get the same page. Its script loads the event for those who may read it, and offers a log-in to
        // others.
        var shown = await events.FindAsync(videoID, ct) is { Settings.Visibility: Visibility.Public } found ? found : null;
        var video = embedded ? null : shown is null ? VideoSource.Any : VideoSource.Of(shown.Settings.VideoUrl);
        var language = LanguageChoice.Of(context.Request);
        return Page(context, language, "pages/live.html", shown is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK, PagePolicy.Of(options.Value, video, embedded ? options.Value.EmbedOrigins.Union(shown?.Settings.EmbedOrigins ?? []) : [], challenge.Value.Sources),
            ("title", shown?.Title ?? "LiveComments"),
            ("description", shown is null ? "" : DescriptionOf(shown, language)),
            ("video", video?.Origin ?? ""),
            ("picture", shown?.Settings.PictureUrl is { } picture ? Address(context, "/") + picture[1..] : null!),
            // Of an event that is not shown, nothing differs from that of an unknown one.
            ("address", Address(context, shown is null ? "/" : context.Request.Path)));
    }

    public IResult Manifest(HttpContext context) =>
        Send(context, Filled(context, LanguageChoice.Of(context.Request), "pages/manifest.webmanifest", "application/manifest+json", JavaScriptEncoder.Default), "no-cache", StatusCodes.Status200OK, LanguageChoice.Vary);

    public IResult Robots(HttpContext context) => Send(context, Filled(context, PageLanguage.English, "pages/robots.txt", "text/plain; charset=utf-8", HtmlEncoder.Default), "no-cache", StatusCodes.Status200OK);

    /// <summary>Programs that know nothing of the pages ask for it by this name.</summary>
    public IResult Icon(HttpContext context) => Send(context, PageFiles.Instance.Find("pages/icons/favicon.ico")!, "public, max-age=86400", StatusCodes.Status200OK);

    /// <summary>What a link to an event says of it elsewhere.</summary>
    private static string DescriptionOf(LiveEvent shown, PageLanguage language) => shown.Description is { Length: > 0 } own ? own : shown.Status switch
    {
        EventStatus.Live => language.Text("preview.live"),
        EventStatus.Ended => language.Text("preview.ended"),
        _ => language.Text("preview.begins").Replace("{time}", shown.StartTime.UtcDateTime.ToString(language.Text("preview.time"), language.Culture), StringComparison.Ordinal),
    };

    /// <summary>A page with its marks <c>{{name}}</c> and its texts <c>{{place.name}}</c> replaced, each encoded for HTML.</summary>
    private static IResult Page(HttpContext context, PageLanguage language, string name, int status, string policy, params (string Mark, string Value)[] marks)
    {
        var headers = context.Response.Headers;
        headers[PagePolicy.Header] = policy;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.ContentLanguage = language.Tag;
        return Send(context, Filled(context, language, name, "text/html; charset=utf-8", HtmlEncoder.Default, marks), "no-cache", status, LanguageChoice.Vary);
    }

    private static PageFile Filled(HttpContext context, PageLanguage language, string name, string contentType, TextEncoder encoder, params (string Mark, string Value)[] marks)
    {
        var files = PageFiles.Instance;
        // In one pass, so that a mark in a title is not replaced.
        var text = Mark().Replace(files.Template(name), match => encoder.Encode(match.Groups[1].Value switch
        {
            "assets" => $"{context.Request.PathBase.ToUriComponent()}/assets/{files.Version}",
            "base" => $"{context.Request.PathBase.ToUriComponent()}/",
            "language" => language.Tag,
            "languages" => string.Join(' ', PageLanguage.All.Keys.Order(StringComparer.Ordinal)),
            "picture" => marks.FirstOrDefault(one => one.Mark == "picture").Value ?? Address(context, $"/assets/{files.Version}/pages/icons/card.png"),
            "pictures" => context.RequestServices.GetRequiredService<IOptions<PageOptions>>().Value.PictureSource,
            "providers" => context.RequestServices.GetRequiredService<SignInProviders>().Offered,
            "mail" => context.RequestServices.GetRequiredService<IOptions<MailOptions>>().Value.IsOn ? "on" : "off",
            "registration" => context.RequestServices.GetRequiredService<IOptions<AuthOptions>>().Value.Registration ? "on" : "off",
            var mark when mark.Contains('.', StringComparison.Ordinal) => language.Text(mark),
            var mark => marks.First(one => one.Mark == mark).Value,
        }));
        var bytes = Encoding.UTF8.GetBytes(text);
        // Fast rather than small: this is done for each request.
        return new PageFile(bytes, PageFiles.Compress(bytes, CompressionLevel.Fastest), contentType, $"\"{PageFiles.Hash(bytes)}\"");
    }

    /// <summary>Where links are shown, addresses must be whole; the host's name was checked.</summary>
    private static string Address(HttpContext context, PathString path) =>
        $"{context.Request.Scheme}://{context.Request.Host.ToUriComponent()}{context.Request.PathBase.ToUriComponent()}{path.ToUriComponent()}";

    public static IResult Asset(string version, string? file, HttpContext context)
    {
        var files = PageFiles.Instance;
        // Pages are made by their own paths: as files they would come without their policy.
        if (file is null || file.EndsWith(".html", StringComparison.Ordinal) || file.EndsWith(".webmanifest", StringComparison.Ordinal) || file.EndsWith("robots.txt", StringComparison.Ordinal) || files.Find(file) is not { } found)
            return Problem.Of(Error.NotFound);
        // During an upgrade, a page of the other version gets this version's file, without caching.
        return Send(context, found, version == files.Version ? "public, max-age=31536000, immutable" : "no-cache", StatusCodes.Status200OK);
    }

    private static IResult Send(HttpContext context, PageFile file, string cacheControl, int status, string vary = "Accept-Encoding")
    {
        var (request, headers) = (context.Request, context.Response.Headers);
        headers.CacheControl = cacheControl;
        headers.ETag = file.ETag;
        headers.Vary = vary;
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

    [GeneratedRegex(@"\{\{([\w.-]+)\}\}")]
    private static partial Regex Mark();
}
