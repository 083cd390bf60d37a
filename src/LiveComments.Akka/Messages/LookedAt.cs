using LiveComments.Moderation;

namespace LiveComments.Akka.Messages;

/// <summary>A node tells others which comment a moderator looks at. A lost one is told again by whoever still looks.</summary>
internal sealed record LookedAt(Look Look);
