using LiveComments.Presence;

namespace LiveComments;

/// <summary>
/// Who is here now, on all nodes that share it. It lives in memory and is gone with the nodes: nothing depends on it. No method fails: where others cannot be asked, the answer is what this node knows.
/// </summary>
public interface IPresence
{
    /// <summary>How long somebody who has closed the last tab counts as away.</summary>
    static readonly TimeSpan AwayFor = TimeSpan.FromSeconds(300);

    /// <summary>Says what this node sees. To be called once a second, also when nothing has changed: a node that is silent for long counts as gone.</summary>
    /// <returns>False when the next report has to be whole, because this one or an earlier one was lost.</returns>
    ValueTask<bool> ReportAsync(PresenceReport report, CancellationToken ct);

    /// <summary>Who watches an event.</summary>
    ValueTask<EventPresence> OfEventAsync(EventId id, CancellationToken ct);

    /// <summary>Whether somebody is here, in whatever event.</summary>
    ValueTask<PresenceState> OfPersonAsync(UserId user, CancellationToken ct);
}
