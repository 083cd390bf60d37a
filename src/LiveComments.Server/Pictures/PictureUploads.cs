using LiveComments.Server.Auth;
using LiveComments.Server.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LiveComments.Server.Pictures;

/// <summary>Reads what somebody uploads, within limits, and makes the picture of it that is served.</summary>
internal sealed class PictureUploads(PictureMaker maker, SignInLimits limits)
{
    /// <returns>The picture, or the error to answer.</returns>
    public async Task<(byte[]? Picture, IResult? Error)> ReadAsync(HttpContext context, PictureShape shape, CancellationToken ct)
    {
        if (context.Request.ContentLength > PictureMaker.MaxBytes)
            return (null, Problem.Of(Error.BodyTooLarge, "A picture has at most 2 MB."));
        if (limits.Picture(context) is { } limited)
            return (null, Problem.Of(limited.Error, retryAfter: limited.RetryAfter));
        using var place = maker.TryEnter();
        if (place is null)
            return (null, Problem.Of(Error.Busy));
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = PictureMaker.MaxBytes;
        using var upload = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(upload, ct);
        }
        catch (BadHttpRequestException e)
        {
            return (null, Problem.Of(e.StatusCode switch
            {
                StatusCodes.Status408RequestTimeout => Error.BodyTimeout,
                StatusCodes.Status413PayloadTooLarge => Error.BodyTooLarge,
                _ => Error.InvalidRequest,
            }));
        }
        return await maker.MakeAsync(upload.ToArray(), shape, ct) is { } picture ? (picture, null) : (null, Problem.Of(Error.InvalidPicture));
    }
}
