using LiveComments.Log;
using LiveComments.Moderation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveComments.Ingest;

/// <summary>Asks every scorer, each within the time budget. The highest score counts. A scorer that fails or is too slow has no say, so that spam filters never stop a conversation.</summary>
public sealed partial class Scoring
{
    private readonly AskedScorer[] _scorers;
    private readonly TimeSpan _budget;
    private readonly IngestMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<Scoring> _logger;

    public Scoring(IEnumerable<IScorer> scorers, IOptions<IngestOptions> options, IngestMetrics metrics, TimeProvider time, ILogger<Scoring> logger)
    {
        (_budget, _metrics, _time, _logger) = (options.Value.ScoringBudget, metrics, time, logger);
        _scorers = [.. scorers.Select(scorer => new AskedScorer(scorer))];
        foreach (var asked in _scorers)
            metrics.Begin(asked.Scorer);
    }

    public async ValueTask<Score> ScoreAsync(CommentDraft comment)
    {
        var highest = default(Score);
        foreach (var asked in _scorers)
            if (await AskAsync(asked, comment) is var score && score.Value > highest.Value)
                highest = score;
        return highest;
    }

    private async ValueTask<Score> AskAsync(AskedScorer asked, CommentDraft comment)
    {
        try
        {
            var scoring = asked.Scorer.ScoreAsync(comment);
            var score = scoring.IsCompletedSuccessfully ? scoring.Result : await scoring.AsTask().WaitAsync(_budget, _time);
            if (asked.SetFailing(false))
                LogRecovered(_logger, asked.Scorer.Name);
            return score;
        }
        catch (Exception e)
        {
            _metrics.Unscored(asked.Scorer.Name, e is TimeoutException ? "timeout" : "error");
            if (asked.SetFailing(true))
                LogFails(_logger, e, asked.Scorer.Name);
            return default;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The scorer {Scorer} fails; comments go on without its score")]
    private static partial void LogFails(ILogger logger, Exception exception, string scorer);

    [LoggerMessage(Level = LogLevel.Information, Message = "The scorer {Scorer} works again")]
    private static partial void LogRecovered(ILogger logger, string scorer);

    private sealed class AskedScorer(IScorer scorer)
    {
        private bool _isFailing;

        public IScorer Scorer => scorer;

        /// <summary>True when this is new.</summary>
        public bool SetFailing(bool failing) => Volatile.Read(ref _isFailing) != failing && Interlocked.Exchange(ref _isFailing, failing) != failing;
    }
}
