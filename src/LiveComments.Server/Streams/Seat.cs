using LiveComments.Feeds;

namespace LiveComments.Server.Streams;

/// <summary>One viewer's place among those that an event admits, taken when it is known that the viewer may watch.</summary>
internal sealed class Seat(RoomFeed feed, int? most) : IDisposable
{
    private bool _taken;

    /// <summary>Once.</summary>
    public Admission Take()
    {
        var admission = feed.TryEnter(most);
        _taken = admission == Admission.Entered;
        return admission;
    }

    public void Dispose()
    {
        if (_taken)
            feed.Leave();
    }
}
