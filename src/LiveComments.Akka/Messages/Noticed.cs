using LiveComments.Moderation;

namespace LiveComments.Akka.Messages;

/// <summary>Somebody who may watch on another node is told what moderators decided. A lost one is found by <c>GET /me/notices</c>.</summary>
internal sealed record Noticed(Notice Notice);
