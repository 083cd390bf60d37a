using LiveComments.Comments;

namespace LiveComments.Akka.Messages;

/// <summary>An event's actor tells the relay of every node about a comment that only its author is shown. A lost one is found by reading comments.</summary>
internal sealed record OwnComment(EventId Event, Comment Comment);
