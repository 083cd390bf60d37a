namespace LiveComments.Accounts;

/// <summary>What somebody may do in an event. Numbers are stored; higher may do everything lower may.</summary>
public enum Role : byte
{
    Viewer = 0,
    Moderator = 1,
    Administrator = 2,
}
