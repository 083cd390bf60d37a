using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Pictures;

/// <summary>The calls of pictures.</summary>
internal static class PictureRoutes
{
    /// <summary>For the upload: 2 MB on a poor link. What the server does afterwards takes less than a second.</summary>
    private static readonly TimeSpan UploadTimeout = TimeSpan.FromSeconds(30);

    private const string Forms = "The body is a JPEG, PNG, WebP or GIF of at most 2 MB and 16 million pixels, with its Content-Type. It is cut to its shape around the middle and encoded anew, without what a camera wrote into it";

    public static IServiceCollection AddPictures(this IServiceCollection services)
    {
        services.AddSingleton<PictureMaker>();
        services.AddSingleton<PictureUploads>();
        return services;
    }

    public static void MapPictures(this IEndpointRouteBuilder app)
    {
        var pictures = ActivatorUtilities.CreateInstance<PictureEndpoints>(app.ServiceProvider);
        app.MapGet("/pictures/{pictureID}", pictures.GetAsync).Documented(new("getPicture", "Get an uploaded picture")
        {
            Description = "A JPEG. Addresses come from `avatarUrl` of people and comments and from `pictureUrl` of events' settings; any `v` answers with the newest.",
            Answers = [new(200, null, "image/jpeg")],
            Errors = [Error.NotFound],
        });
        app.MapPut("/me/picture", pictures.PutMineAsync).RequireCaller().WithRequestTimeout(UploadTimeout).Documented(new("uploadMyPicture", "Upload one's own picture")
        {
            Description = Forms + ", to 256 x 256 pixels. `PATCH /me` with `avatarUrl: null` takes it away.",
            BodyType = "image/*",
            Answers = [new(200, "Profile")],
            Errors = [Error.Unauthenticated, Error.AccountRequired, Error.InvalidPicture, Error.RateLimited],
        });
        app.MapDelete("/users/{userID}/picture", pictures.DeleteOfPersonAsync).RequireCaller().Documented(new("deletePicture", "Take somebody's picture away")
        {
            Description = "By administrators, and by moderators of all events. Repeated, it answers the same. Browsers may show it for a day where they have shown it before.",
            Answers = [new(204)],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.UserNotFound],
        });
        app.MapPut("/events/{videoID}/picture", pictures.PutOfEventAsync).RequireCaller().WithRequestTimeout(UploadTimeout).Documented(new("uploadEventPicture", "Upload an event's picture")
        {
            Description = "By administrators and the event's hosts. " + Forms + ", to 1280 x 720 pixels. It is `settings.pictureUrl` of the event.",
            BodyType = "image/*",
            Answers = [new(200, "Picture")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.InvalidPicture, Error.RateLimited],
        });
        app.MapDelete("/events/{videoID}/picture", pictures.DeleteOfEventAsync).RequireCaller().Documented(new("deleteEventPicture", "Take an event's picture away")
        {
            Description = "By administrators and the event's hosts. Repeated, it answers the same.",
            Answers = [new(204)],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound],
        });
    }
}
