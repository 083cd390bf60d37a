using System.Diagnostics.Metrics;
using LiveComments.Ingest;

namespace LiveComments.Akka;

/// <summary>Metrics of one stage of ingest.</summary>
internal sealed class StageMetrics
{
    private readonly Counter<long> _passed;
    private readonly Counter<long> _refused;
    private readonly Histogram<double> _duration;
    private readonly KeyValuePair<string, object?> _stage;

    public StageMetrics(Counter<long> passed, Counter<long> refused, Histogram<double> duration, string name)
    {
        (_passed, _refused, _duration, _stage) = (passed, refused, duration, new("stage", name));
        // Counters start at 0, so that the first of each has a rate.
        _passed.Add(0, _stage);
        _refused.Add(0, _stage);
    }

    public void In(Offer offer) => _passed.Add(offer.Comments.Count + offer.Reactions.Count, _stage);

    public void Refused() => _refused.Add(1, _stage);

    public void Took(TimeSpan time) => _duration.Record(time.TotalSeconds, _stage);
}
