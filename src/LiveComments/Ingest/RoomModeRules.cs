using LiveComments.Accounts;
using LiveComments.Moderation.Rules;
using LiveComments.Text;

namespace LiveComments.Ingest;

/// <summary>What the modes of an event refuse.</summary>
public static class RoomModeRules
{
    /// <summary>Why the modes that are on do not allow the comment; null when they do. Where waiting helps, it says how long.</summary>
    public static Refusal? RefusalOf(PendingComment comment, DateTimeOffset now)
    {
        if (comment is not { Role: Role.Viewer, Event.Settings.Modes: { } switched })
            return null;
        var modes = switched.InForce();
        var wait = comment.AuthorSince + TimeSpan.FromMinutes(modes.MinimumAccountAgeMinutes) - now;
        if (!comment.IsTrusted && modes.MinimumAccountAgeMinutes > 0 && wait > TimeSpan.Zero)
            return new Refusal(Error.RoomMode, wait);
        return (modes.MembersOnly && !comment.IsByMember && !comment.IsTrusted)
            || (modes.EmojiOnly && !Shape.IsEmojiOnly(comment.Text))
            || (modes.LinksOff && Links.Find(comment.Text, 0).Length > 0)
            ? new Refusal(Error.RoomMode) : null;
    }
}
