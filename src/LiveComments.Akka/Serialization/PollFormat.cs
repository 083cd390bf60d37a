using LiveComments.Polls;
using LiveComments.Serialization;

namespace LiveComments.Akka.Serialization;

/// <summary>What was voted in a poll, in messages.</summary>
internal static class PollFormat
{
    public static void Write(MessageWriter to, PollTally tally) => to.Block(tally, static (to, tally) =>
    {
        to.Id(tally.Poll.Value);
        to.Number(tally.Version);
        to.Number(tally.Votes);
        to.Flag(tally.Counts is not null);
        if (tally.Counts is { } counts)
            to.List(counts, static (to, count) => to.Number(count));
    });

    public static PollTally ReadTally(ref MessageReader from) => from.Block(static (ref MessageReader from) =>
        new PollTally(new PollId(from.Id()), from.Number(), from.Int(), from.Flag() ? from.List(static (ref MessageReader count) => count.Int()) : null));
}
