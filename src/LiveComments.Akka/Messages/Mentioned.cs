using LiveComments.Comments;

namespace LiveComments.Akka.Messages;

/// <summary>An event's actor tells the relay of every node about a comment that mentions somebody, who may watch another event. A lost one is found by <c>GET /me/mentions</c>.</summary>
internal sealed record Mentioned(EventId Event, Comment Comment);
