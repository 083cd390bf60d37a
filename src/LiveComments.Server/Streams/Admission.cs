namespace LiveComments.Server.Streams;

/// <summary>The outcome of trying to watch an event.</summary>
internal enum Admission
{
    Entered,
    Full,

    /// <summary>The room was closed meanwhile: open it again.</summary>
    Retired,
}
