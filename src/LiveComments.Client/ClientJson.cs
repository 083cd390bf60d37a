using System.Text.Json.Serialization;
using LiveComments.Client.Streams;

namespace LiveComments.Client;

/// <summary>
/// The JSON of the protocol. Members that this client does not know are ignored: newer servers add some. What is left out is set to null all the same, so a default stands in the property's getter.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SignedIn))]
[JsonSerializable(typeof(ProblemBody))]
[JsonSerializable(typeof(PostedComment))]
[JsonSerializable(typeof(ReactionAnswer))]
[JsonSerializable(typeof(LiveComment))]
[JsonSerializable(typeof(LiveComment[]))]
[JsonSerializable(typeof(LiveEvent))]
[JsonSerializable(typeof(HelloMessage))]
[JsonSerializable(typeof(BatchMessage))]
[JsonSerializable(typeof(LivePoll))]
[JsonSerializable(typeof(LivePoll[]))]
[JsonSerializable(typeof(PollCounts))]
[JsonSerializable(typeof(MarkedQuestion))]
[JsonSerializable(typeof(ReactionsMessage))]
[JsonSerializable(typeof(VotesMessage))]
[JsonSerializable(typeof(ViewersMessage))]
[JsonSerializable(typeof(OwnMessage))]
[JsonSerializable(typeof(MentionMessage))]
[JsonSerializable(typeof(NoticeMessage))]
[JsonSerializable(typeof(AuthenticatedMessage))]
[JsonSerializable(typeof(ErrorMessage))]
[JsonSerializable(typeof(ResetMessage))]
[JsonSerializable(typeof(ByeMessage))]
[JsonSerializable(typeof(CommentEntry))]
[JsonSerializable(typeof(RemovedEntry))]
[JsonSerializable(typeof(RestoredEntry))]
[JsonSerializable(typeof(PinnedEntry))]
[JsonSerializable(typeof(SettingsEntry))]
[JsonSerializable(typeof(StatusEntry))]
[JsonSerializable(typeof(CardEntry))]
internal sealed partial class ClientJson : JsonSerializerContext;
