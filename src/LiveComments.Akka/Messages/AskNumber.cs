namespace LiveComments.Akka.Messages;

/// <summary>
/// Where a request stands among those of the same gate, so that an event's actor takes them in order although one of them may be lost on the way and asked again.
/// </summary>
/// <param name="Gate">The gate's own number, at random.</param>
/// <param name="Number">Counts the gate's requests.</param>
/// <param name="Oldest">The gate's first request that has no answer yet: whatever came before it, nobody waits for.</param>
/// <param name="IsRepeat">The same was asked before, perhaps of another actor, and may be stored.</param>
internal readonly record struct AskNumber(long Gate, long Number, long Oldest, bool IsRepeat = false);
