using System.Net;
using LiveComments.Analytics;
using LiveComments.Feeds;
using LiveComments.Viewers;
using LiveComments.Wire;

namespace LiveComments.Server.Streams;

/// <summary>What one stream occupies: a stream of its address, a seat of its event, and a place in the number of viewers. All are released once.</summary>
/// <param name="ofAddress">Null where streams are not counted by address.</param>
/// <param name="address">From where its viewer came; null for a Unix socket.</param>
/// <param name="said">From which country, as its proxy said; null where it said nothing.</param>
internal sealed class StreamPlace(IDisposable? ofAddress, IPAddress? address, Locality? said) : IDisposable
{
    private readonly Seat _seat = new(address is null ? default : AddressBlock.Subscriber(address));
    private RoomFeed? _feed;

    /// <summary>From where its viewer came; null for a Unix socket.</summary>
    public IPAddress? Address => address;

    /// <summary>From which country its viewer came, as its proxy said; null where it said nothing.</summary>
    public Locality? Said => said;

    /// <summary>As many viewers as the event admits; null for any number.</summary>
    public int? Most { get; set; }

    /// <summary>Enters an event, or changes the claim after an authentication.</summary>
    public Admission Enter(RoomFeed feed, SeatClaim claim)
    {
        if (!feed.Seats.TryTake(_seat, claim, Most))
            return Admission.Full;
        if (_feed is null)
        {
            if (!feed.Audience.TryEnter())
            {
                feed.Seats.Release(_seat);
                return Admission.Retired;
            }
            _feed = feed;
        }
        return Admission.Entered;
    }

    /// <summary>Closes the stream when somebody else gets its seat.</summary>
    public void EndsWithSeat(Connection connection) => _seat.OnGivenUp(() => connection.Close(CloseCode.TryAgainLater, Error.EventFull.Code));

    public void Dispose()
    {
        if (_feed is { } feed)
        {
            feed.Seats.Release(_seat);
            feed.Audience.Leave();
        }
        ofAddress?.Dispose();
    }
}
