namespace LiveComments.Server.Streams;

/// <summary>What became of somebody who wants to watch.</summary>
internal enum Admission
{
    Entered,
    Full,

    /// <summary>The room was closed meanwhile: open it again.</summary>
    Retired,
}
