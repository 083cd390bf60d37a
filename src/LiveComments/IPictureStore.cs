using LiveComments.Pictures;

namespace LiveComments;

/// <summary>
/// Pictures that people uploaded, as they are served: checked, re-encoded and small. A picture goes with the account or the event that it belongs to. Every method may throw <see
/// cref="StoreUnavailableException"/>.
/// </summary>
public interface IPictureStore
{
    /// <summary>Stores a picture in place of the subject's last one, which keeps its id and gets the next version; null when there is no such account or event.</summary>
    ValueTask<PictureAddress?> PutAsync(PictureSubject subject, byte[] picture, CancellationToken ct);

    /// <summary>The newest version; null when there is none.</summary>
    ValueTask<StoredPicture?> FindAsync(PictureId id, CancellationToken ct);

    /// <summary>Takes the picture away; the next one has another id. False when there was none.</summary>
    ValueTask<bool> DeleteAsync(PictureSubject subject, CancellationToken ct);
}
