namespace LiveComments.Events;

/// <summary>
/// What viewers of an event may write while its moderators have their hands full. The modes are on together or alone; moderators and administrators are exempt from all of them. Slow mode is
/// <see cref="EventSettings.SlowModeSeconds"/>.
/// </summary>
public sealed record RoomModes
{
    /// <summary>The longest <see cref="MinimumAccountAgeMinutes"/>: 30 days.</summary>
    public const int MaxAccountAgeMinutes = 30 * 24 * 60;

    /// <summary>What <see cref="Shield"/> asks at least: most accounts made for a raid are minutes old, and a day passes before they can be used.</summary>
    public const int ShieldAccountAgeMinutes = 24 * 60, ShieldSlowModeSeconds = 10;

    /// <summary>Whoever writes has had their account for so long; 0 is off.</summary>
    public int MinimumAccountAgeMinutes { get; init; }

    /// <summary>Only those write whom an administrator has admitted to the event. Everybody reads.</summary>
    public bool MembersOnly { get; init; }

    /// <summary>A comment is emoji and nothing else.</summary>
    public bool EmojiOnly { get; init; }

    /// <summary>A comment has no links.</summary>
    public bool LinksOff { get; init; }

    /// <summary>Every comment waits for a moderator before anybody else sees it.</summary>
    public bool ReviewEverything { get; init; }

    /// <summary>A text is written once: what somebody has written already, in whatever spelling, is refused.</summary>
    public bool UniqueMessages { get; init; }

    /// <summary>The longest <see cref="DelaySeconds"/>.</summary>
    public const int MaxDelaySeconds = 60;

    /// <summary>A comment appears so many seconds after it was written, if no moderator rejects it before; 0 is off.</summary>
    public int DelaySeconds { get; init; }

    /// <summary>The switch for a raid: slow mode of at least ten seconds, accounts of at least a day and no links, beside the modes that are on already. Off again, those stay as they were.</summary>
    public bool Shield { get; init; }

    /// <summary>No mode is on.</summary>
    public static RoomModes None { get; } = new();

    /// <summary>The modes that hold, with what <see cref="Shield"/> adds to them.</summary>
    public RoomModes InForce() => Shield ? this with { MinimumAccountAgeMinutes = Math.Max(MinimumAccountAgeMinutes, ShieldAccountAgeMinutes), LinksOff = true } : this;
}
