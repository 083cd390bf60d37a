using LiveComments.Feeds;

namespace LiveComments.Akka.Messages;

/// <summary>An event's actor tells the relays of the nodes that watch what is new.</summary>
internal sealed record Announce(EventId Event, Announcement News)
{
    /// <summary>Its bytes, once it was sent to another node.</summary>
    public byte[]? Encoded { get; set; }
}
