namespace LiveComments.Moderation;

/// <summary>What a moderator decides. Numbers are stored: never change them.</summary>
public enum DecisionAction : byte
{
    /// <summary>A held comment is placed; of a reported one the reports are settled.</summary>
    Approve = 1,

    /// <summary>A held comment is not placed.</summary>
    Reject = 2,

    /// <summary>A comment is removed.</summary>
    Delete = 3,

    /// <summary>Somebody is told that something is not welcome.</summary>
    Warn = 4,

    /// <summary>Somebody may write only so often.</summary>
    Throttle = 5,

    /// <summary>Somebody may not write for a while.</summary>
    Timeout = 6,

    /// <summary>Somebody may not write.</summary>
    Ban = 7,

    /// <summary>Ends throttle, timeout, ban and shadow ban.</summary>
    Lift = 8,

    /// <summary>Takes an earlier decision back.</summary>
    Undo = 9,

    /// <summary>A removed comment is back in its place.</summary>
    Restore = 10,

    /// <summary>All comments of somebody in the event are removed, and those that wait are rejected.</summary>
    Purge = 11,

    /// <summary>Somebody's comments are shown to nobody else, and they are not told.</summary>
    ShadowBan = 12,

    /// <summary>Ends a shadow ban of somebody from whom nothing else was taken: they are not told either.</summary>
    LiftShadowBan = 13,

    /// <summary>Somebody's texts are not judged.</summary>
    Trust = 14,

    /// <summary>Ends <see cref="Trust"/>.</summary>
    Untrust = 15,

    /// <summary>What a purge removed is back, and what it rejected waits again.</summary>
    Unpurge = 16,

    /// <summary>The rules about texts were changed.</summary>
    ChangeRules = 17,

    /// <summary>The modes of an event were changed.</summary>
    ChangeModes = 18,

    /// <summary>The reason is a note about somebody, for other moderators alone.</summary>
    Note = 19,

    /// <summary>A note is not shown any more.</summary>
    Unnote = 20,

    /// <summary>Somebody may not write, nor may anybody else from their network.</summary>
    BanNetwork = 21,

    /// <summary>A network is not served.</summary>
    BlockNetwork = 22,

    /// <summary>A network is served again.</summary>
    UnblockNetwork = 23,

    /// <summary>A poll was opened, closed or taken away.</summary>
    ChangePoll = 24,

    /// <summary>Somebody has logged in, or changed their account, with a code for whoever has lost the authenticator.</summary>
    UseRecoveryCode = 25,

    /// <summary>Somebody has made new codes of that kind.</summary>
    NewRecoveryCodes = 26,

    /// <summary>A comment was put on stage, or taken off.</summary>
    ChangeStage = 27,

    /// <summary>A question was marked as answered, or as open again.</summary>
    ChangeQuestion = 28,

    /// <summary>Somebody's picture was taken away.</summary>
    RemovePicture = 29,
}
