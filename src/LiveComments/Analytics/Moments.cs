namespace LiveComments.Analytics;

/// <summary>Finds the times that made people write.</summary>
public static class Moments
{
    /// <summary>How many are found at most.</summary>
    public const int Most = 5;

    /// <summary>A moment has at least so many times as much as the median, so many standard deviations more (of people who write independently: the root of the median), and so many comments.</summary>
    private const double Times = 2, Deviations = 4;
    private const long Fewest = 10;

    /// <summary>The busiest times, by time. A moment grows from its highest interval to both sides as long as half as much was written, and two never touch.</summary>
    /// <param name="comments">Comments of intervals of one length, without gaps.</param>
    public static IReadOnlyList<Moment> Find(IReadOnlyList<long> comments, DateTimeOffset start, TimeSpan interval)
    {
        if (comments.Count < 3)
            return [];
        var ordered = comments.Order().ToList();
        var median = Math.Max(1, ordered[ordered.Count / 2]);
        var least = Math.Max(Fewest, Math.Max(Times * median, median + Deviations * Math.Sqrt(median)));
        var taken = new bool[comments.Count];
        var found = new List<Moment>();
        foreach (var peak in Enumerable.Range(0, comments.Count).OrderByDescending(i => comments[i]).ThenBy(i => i))
        {
            if (found.Count == Most || comments[peak] < least)
                break;
            if (taken[peak])
                continue;
            var (first, last) = (peak, peak);
            while (first > 0 && !taken[first - 1] && comments[first - 1] * 2 >= comments[peak])
                first--;
            while (last < comments.Count - 1 && !taken[last + 1] && comments[last + 1] * 2 >= comments[peak])
                last++;
            var sum = 0L;
            for (var i = first; i <= last; i++)
                sum += comments[i];
            // What is beside it belongs to it.
            for (var i = Math.Max(0, first - 2); i <= Math.Min(comments.Count - 1, last + 2); i++)
                taken[i] = true;
            found.Add(new Moment(start + first * interval, start + (last + 1) * interval, sum, Math.Round((double)comments[peak] / median, 1)));
        }
        return [.. found.OrderBy(moment => moment.From)];
    }
}
