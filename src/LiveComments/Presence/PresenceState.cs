namespace LiveComments.Presence;

/// <summary>Whether somebody is here. A higher state wins where somebody has several tabs open.</summary>
public enum PresenceState
{
    /// <summary>Has watched nothing for five minutes.</summary>
    Offline,

    /// <summary>Has only hidden tabs open, or closed the last one less than five minutes ago.</summary>
    Away,

    /// <summary>Has an event in sight.</summary>
    Online,
}
