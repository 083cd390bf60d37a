namespace LiveComments.Viewers;

/// <summary>
/// Decides, once a second, how many viewers of a node are asked to come back elsewhere: a few at a time, while many more watch there than on each node on average, as after another node was started
/// again. Not thread-safe.
/// </summary>
internal sealed class EvenShare
{
    /// <summary>It begins with so many times the average and so many viewers more: what a balancer leaves uneven by chance is less.</summary>
    private const double Crowded = 1.2;
    private const int CrowdedBy = 50;

    /// <summary>It begins when that has lasted so many seconds: viewers who are still arriving are counted late, and on one node before another.</summary>
    private const int Lasting = 5;

    /// <summary>
    /// It ends with so many times the average, or so many viewers more. Whoever is on the way from one node to another is counted on none, which makes the average seem smaller than it is: by 4 in 100
    /// where they take four seconds. So no node falls below it.
    /// </summary>
    private const double Near = 1.05;
    private const int NearBy = 20;

    /// <summary>One viewer of so many is asked in a second, and so many at least: who comes back costs more than who stays.</summary>
    private const int Part = 100, Least = 5;

    /// <summary>
    /// Seconds between two tries, when as many were asked as were too many and it did not help: the balancer sent them back here, as one does that was told to give nodes unequal shares.
    /// </summary>
    private const int Rest = 300;

    private int _crowded;
    private int _left;
    private int _rest;

    /// <summary>How many viewers are to be asked now.</summary>
    /// <param name="here">Who watches here and was not asked yet.</param>
    /// <param name="others">How many watch on each other node; null while it is not certain that all of them take viewers, empty on a node that is alone.</param>
    public int Next(int here, IReadOnlyCollection<int>? others)
    {
        _rest = Math.Max(0, _rest - 1);
        if (others is not { Count: > 0 })
            return _left = _crowded = 0;
        var average = (here + others.Sum(static viewers => (double)viewers)) / (others.Count + 1);
        var above = (int)(here - Math.Max(Near * average, average + NearBy));
        _crowded = here > Crowded * average && here > average + CrowdedBy ? Math.Min(_crowded + 1, Lasting) : 0;
        if (above <= 0)
            return _left = 0;
        if (_left == 0 && _rest == 0 && _crowded == Lasting)
            _left = (int)(here - average);
        var asked = Math.Min(Math.Min(above, _left), Math.Max(Least, here / Part));
        if (asked > 0 && (_left -= asked) == 0)
            _rest = Rest;
        return asked;
    }
}
