using System.Globalization;
using LiveComments.Load.Measure;

namespace LiveComments.Load.Check;

/// <summary>Whether a server that was asked far too much of one event said no in time, truly and without hurting another event.</summary>
/// <param name="Late">Answers to the flood later than <see cref="FloodLedger.InTime"/>.</param>
/// <param name="Unanswered">Posts of the flood without an answer at the end.</param>
/// <param name="RefusedButStored">Posts of the flood that were refused and stand in the log all the same.</param>
/// <param name="Lost">Posts of the flood that were acknowledged and do not stand in the log.</param>
/// <param name="Wrong">Comments in the log twice or that nobody posted, and answers nobody asked for.</param>
/// <param name="Goodput">Posts taken a second, as a share of the most the server takes when nobody asks for more.</param>
/// <param name="OtherRefused">Posts to the other event that were not taken, or have no answer.</param>
/// <param name="OtherP99">The 99th percentile of the answers to posts to the other event.</param>
internal sealed record OverloadVerdict(long Posted, long Late, long Unanswered, long RefusedButStored, long Lost, long Wrong, double Goodput, long OtherPosted, long OtherRefused, TimeSpan OtherP99)
{
    /// <summary>What a flood may cost: to refuse is work too.</summary>
    public const double LeastGoodput = 0.7;

    /// <summary>In another event nobody may notice more of the flood than that the machine is busy.</summary>
    public static readonly TimeSpan OtherWithin = TimeSpan.FromSeconds(1);

    public bool IsClean => Faults().Count == 0;

    /// <param name="log">The number of every comment in the flooded event's log.</param>
    /// <param name="goodput">See <see cref="Goodput"/>.</param>
    /// <param name="other">From sending to the answer, of the posts to the other event.</param>
    public static OverloadVerdict Of(FloodLedger flood, IEnumerable<long> log, double goodput, long otherPosted, long otherRefused, Histogram other)
    {
        var (refusedButStored, lost, doubled, unasked) = flood.Compare(log);
        return new OverloadVerdict(flood.Count, flood.Late, flood.UnderWay, refusedButStored, lost, doubled + unasked + flood.Unexpected, goodput, otherPosted, otherRefused,
            TimeSpan.FromMicroseconds(other.Percentile(0.99)));
    }

    public override string ToString() => IsClean
        ? string.Create(CultureInfo.InvariantCulture, $"PASSED: of {Posted} posts every one was answered within {FloodLedger.InTime.TotalSeconds:0} s, and the log holds what was taken and nothing else")
        : $"FAILED: {string.Join(", ", Faults())}";

    private List<string> Faults()
    {
        var faults = new List<string>();
        void Fault(bool isOne, FormattableString text)
        {
            if (isOne)
                faults.Add(text.ToString(CultureInfo.InvariantCulture));
        }

        Fault(RefusedButStored > 0, $"{RefusedButStored} posts were refused and stored all the same");
        Fault(Lost > 0, $"{Lost} acknowledged posts are not in the log");
        Fault(Wrong > 0, $"{Wrong} comments or answers are there twice or were not asked for");
        Fault(Late > 0, $"{100.0 * Late / Math.Max(1, Posted):0.0} % of the answers came later than {FloodLedger.InTime.TotalSeconds:0} s");
        Fault(Unanswered > 0, $"{Unanswered} of {Posted} posts have no answer");
        Fault(Goodput < LeastGoodput, $"{100 * Goodput:0} % of the most were taken");
        Fault(OtherRefused > 0, $"{OtherRefused} of {OtherPosted} posts to the other event were not taken");
        Fault(OtherP99 > OtherWithin, $"1 of 100 posts to the other event waited {OtherP99.TotalSeconds:0.0} s or longer");
        return faults;
    }
}
