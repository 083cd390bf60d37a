using LiveComments.Ingest;
using LiveComments.Moderation;

namespace LiveComments.Server.Moderation.Live;

/// <summary>What the moderators of one event are shown at one moment.</summary>
/// <param name="Number">Counts up.</param>
/// <param name="Items">Comments that wait or were reported, with the JSON of each; an item that has changed has other bytes.</param>
/// <param name="Lines">The last lines of the audit log, with the JSON of each, ascending.</param>
/// <param name="Firsts">The latest comments that were their authors' first in the event, in their order.</param>
/// <param name="FirstsCount">How many of them there were since the beginning, up to the last of these.</param>
/// <param name="Figures">How comments fared on this node in the last minute.</param>
/// <param name="Looks">Who looks at what, with names in JSON.</param>
internal sealed record ModerationView(
    long Number, IReadOnlyDictionary<CommentId, byte[]> Items, IReadOnlyList<(long Seq, byte[] Json)> Lines, IReadOnlyList<(Look Look, byte[] Person)> Looks,
    IReadOnlyList<CommentId> Firsts, long FirstsCount, OutcomeFigures Figures, int Held, int Reported, int Viewers, double CommentsPerSecond, double ReactionsPerSecond);
