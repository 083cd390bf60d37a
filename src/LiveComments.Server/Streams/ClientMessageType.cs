namespace LiveComments.Server.Streams;

/// <summary>What a client may say on the stream.</summary>
internal enum ClientMessageType
{
    Unknown,
    Auth,
    Comment,
    Reaction,
    Ping,
    Presence,
    Vote,
}
