using System.Net;
using LiveComments.Challenges;

namespace LiveComments;

/// <summary>Tells people from programs. What is asked is bound to one person and one event.</summary>
public interface IChallenge
{
    /// <summary>What somebody must solve to go on writing in an event. Costs microseconds and keeps nothing.</summary>
    Challenge Ask(UserId user, EventId id);

    /// <summary>Judges an answer. It may be anything; a wrong one costs no more than a right one. Answers within a second, also when it must ask elsewhere.</summary>
    /// <param name="address">From where it was sent; null when that is not known.</param>
    ValueTask<ChallengeAnswer> CheckAsync(UserId user, EventId id, string answer, IPAddress? address, CancellationToken ct);
}
